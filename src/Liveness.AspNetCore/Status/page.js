'use strict';
(() => {
  const svgNamespace = 'http://www.w3.org/2000/svg';
  const every = Number(document.body.dataset.refreshSeconds) * 1000;
  const patience = 10000;
  const byId = id => document.getElementById(id);
  let answeredAt = performance.now(), failure = '', wasStale = null, running = false;

  // Text only ever becomes a text node or an attribute's value: nothing that a peer said is parsed.
  const fill = (node, attributes, children) => {
    for (const [name, value] of Object.entries(attributes)) if (value !== null) node.setAttribute(name, value);
    node.append(...children.filter(child => child !== null));
    return node;
  };
  const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
  const s = (tag, attributes, ...children) => fill(document.createElementNS(svgNamespace, tag), attributes, children);

  const decimals = (value, count) => String(Math.floor(value * 10 ** count + 0.5) / 10 ** count);
  const pair = (large, unit, small, smallUnit) => `${Math.floor(large)} ${unit}` + (Math.floor(small) === 0 ? '' : ` ${Math.floor(small)} ${smallUnit}`);
  const duration = t => t === null ? '–'
    : t < 0.01 ? decimals(t * 1000, 2) + ' ms'
    : t < 1 ? decimals(t * 1000, 0) + ' ms'
    : t < 60 ? decimals(t, 1) + ' s'
    : t < 3600 ? pair(t / 60, 'min', t % 60, 's')
    : t < 86400 ? pair(t / 3600, 'h', t % 3600 / 60, 'min')
    : pair(t / 86400, 'd', t % 86400 / 3600, 'h');
  const ago = t => t < 1 ? 'just now' : duration(t) + ' ago';
  const silenceText = (silence, bound) => `${duration(silence)} of ${bound === null ? 'no bound' : duration(bound)}`;
  const withoutType = (text, type) => text.startsWith(type + ': ') && text.length > type.length + 2 ? text[type.length + 2].toUpperCase() + text.slice(type.length + 3) : text;
  const nameText = name => name === '' ? '(nameless)' : name;
  const tone = state => state === 'Suspect' ? 'warn' : state === 'Lost' ? 'bad' : 'good';
  const iso = moment => new Date(moment).toISOString().slice(0, 19);

  const badge = (kind, text) => h('span', { class: 'badge ' + kind }, h('span', { class: 'mark', 'aria-hidden': 'true' }), text);
  const cell = (label, ...children) => h('td', { role: 'cell', 'data-label': label }, ...children);
  const fact = (label, value) => h('div', {}, h('dt', {}, label), h('dd', {}, h('bdi', {}, value)));

  const own = id => id === null ? null : h('span', { class: 'sub own' }, h('bdi', {}, id));

  const bar = (silence, bound) => {
    if (silence === null || bound === null || bound <= 0) return null;
    const percent = Math.round(Math.min(1, silence / bound) * 100);
    return s('svg', { class: 'bar', viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      s('rect', { class: 'track', width: '100', height: '4' }),
      s('rect', { class: percent >= 37 ? 'fill warn' : 'fill', width: String(percent), height: '4' }));
  };

  const sparkline = samples => {
    if (samples.length < 2) return null;
    const most = Math.max(...samples);
    const label = `last ${samples.length} round trips: ${duration(Math.min(...samples))} to ${duration(most)}`;
    const points = samples.map((value, i) =>
      `${decimals(100 * i / (samples.length - 1), 1)},${decimals(most > 0 ? 22 - 20 * value / most : 22, 1)}`).join(' ');
    return s('svg', { class: 'spark', viewBox: '0 0 100 24', preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
      s('title', {}, label), s('polyline', { points }));
  };

  const connectionRow = c => h('tr', { role: 'row', 'data-id': c.id },
    cell('State', badge(tone(c.state), c.state), ...c.conditions.map(condition => badge('warn', condition))),
    cell('Connection', h('strong', {}, h('bdi', {}, nameText(c.name))), h('span', { class: 'sub' }, h('bdi', {}, c.description)), own(c.ownId)),
    cell('Mode', c.mode),
    cell('Age', duration(c.ageSeconds)),
    cell('Silence of bound', silenceText(c.silenceSeconds, c.boundSeconds), bar(c.silenceSeconds, c.boundSeconds)),
    cell('Round trip', duration(c.roundTripSeconds), sparkline(c.roundTripHistorySeconds)));

  const lossItem = l => h('li', { 'data-id': l.connectionId },
    h('p', { class: 'line' }, badge('bad', l.type), ' ', h('strong', {}, h('bdi', {}, nameText(l.name))), ' ',
      h('span', { class: 'sub' }, h('bdi', {}, l.description)), own(l.ownId),
      h('span', { class: 'when' }, h('span', { class: 'ago' }, ago(l.ageSeconds)), ' ',
        h('time', { datetime: iso(l.detectedAt) + 'Z' }, iso(l.detectedAt).replace('T', ' ') + ' UTC'))),
    h('p', { class: 'what' }, withoutType(l.text, l.type)),
    h('dl', { class: 'facts' }, fact('Diagnosis', `${l.diagnosis} (${l.certainty})`), fact('Silence of bound', silenceText(l.silenceSeconds, l.boundSeconds)),
      fact('Lasted', duration(l.lastedSeconds)), fact('Mode', l.mode)),
    l.evidence.length === 0 ? null : h('details', {}, h('summary', {}, 'Evidence'), h('dl', { class: 'evidence' }, ...l.evidence.map(e => fact(e.label, e.value)))));

  // What has not changed stays: a selection, an open detail, the place that is read.
  const update = (list, items, make, patch) => {
    const fresh = items.map(make);
    const kept = new Set(fresh.map(node => node.dataset.id));
    const old = new Map();
    for (const node of [...list.children]) {
      if (kept.has(node.dataset.id)) old.set(node.dataset.id, node); else node.remove();
    }
    let place = list.firstElementChild;
    for (const next of fresh) {
      const node = old.get(next.dataset.id) ?? next;
      if (node !== next) patch(node, next);
      if (node === place) place = place.nextElementSibling; else list.insertBefore(node, place);
    }
  };
  const patchRow = (row, fresh) => {
    [...fresh.cells].forEach((cell, i) => { if (!row.cells[i].isEqualNode(cell)) row.cells[i].replaceWith(cell); });
  };
  const patchLoss = (item, fresh) => { item.querySelector('.ago').textContent = fresh.querySelector('.ago').textContent; };

  const count = (id, number, kind) => {
    const node = byId('count-' + id);
    node.textContent = number;
    node.parentElement.className = number > 0 ? kind : '';
  };
  const more = (id, number) => {
    const node = byId(id);
    node.hidden = number === 0;
    node.querySelector('.number').textContent = number;
  };

  const show = report => {
    count('live', report.counts.live, '');
    count('alive', report.counts.alive, 'good');
    count('suspect', report.counts.suspect, 'warn');
    count('conditions', report.counts.withConditions, 'warn');
    count('losses', report.counts.recentLosses, 'bad');
    update(byId('live-rows'), report.connections, connectionRow, patchRow);
    byId('live').hidden = report.connections.length === 0;
    byId('live-empty').hidden = report.connections.length > 0;
    more('live-more', report.connectionsNotShown);
    update(byId('lost'), report.losses, lossItem, patchLoss);
    byId('lost-empty').hidden = report.losses.length > 0;
    more('lost-more', report.lossesNotShown);
  };

  const tick = () => {
    const age = (performance.now() - answeredAt) / 1000;
    const isStale = failure !== '' || age * 1000 > 3 * every + 1000;
    byId('fresh').className = 'fresh ' + (isStale ? 'stale' : 'live');
    byId('fresh-text').textContent = `${isStale ? 'stale, ' : ''}updated ${Math.floor(age)} s ago${failure === '' ? '' : ': ' + failure}`;
    document.body.classList.toggle('stale', isStale);
    if (wasStale !== null && wasStale !== isStale) byId('announce').textContent = isStale ? 'The page is stale: ' + failure : 'The page is up to date again.';
    wasStale = isStale;
  };

  const refresh = async () => {
    if (running || document.hidden) return;
    running = true;
    try {
      const response = await fetch('?format=json', { cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(patience) });
      if (!response.ok) throw new Error('the server answers ' + response.status);
      const report = await response.json();
      show(report);
      answeredAt = performance.now();
      failure = '';
    } catch (error) {
      failure = error instanceof TypeError ? 'no answer from the server' : error.name === 'TimeoutError' ? 'no answer in time' : error.message;
    } finally {
      running = false;
      tick();
    }
  };

  setInterval(refresh, every);
  setInterval(tick, 1000);
  document.addEventListener('visibilitychange', refresh);
  tick();
})();
