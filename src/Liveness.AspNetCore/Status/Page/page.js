'use strict';
(() => {
  const every = Number(document.body.dataset.refreshSeconds) * 1000;
  const patience = 10000;
  const page = document.getElementById('page');
  const byId = id => document.getElementById(id);
  let answeredAt = performance.now(), failure = '', wasStale = null, running = null;

  // The server writes the page, with everything escaped that others said; here it only takes the place of what is there.
  // What has not changed stays: a selection, an open detail, the focus, the place that is read.
  const key = node => node.nodeType === Node.ELEMENT_NODE ? node.dataset.key : undefined;
  const morph = (old, next) => {
    if (old.isEqualNode(next) || 'keep' in (old.dataset ?? {})) return;
    for (const { name } of [...old.attributes]) if (name !== 'open' && !next.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    const wanted = new Set([...next.children].map(key));
    const keyed = new Map();
    for (const child of [...old.children]) {
      if (key(child) === undefined) continue;
      if (wanted.has(key(child))) keyed.set(key(child), child); else child.remove();
    }
    let place = old.firstChild;
    for (const child of [...next.childNodes]) {
      const same = key(child) !== undefined ? keyed.get(key(child))
        : place !== null && key(place) === undefined && place.nodeName === child.nodeName && place.id === child.id ? place : undefined;
      if (same === undefined) { old.insertBefore(child, place); continue; }
      if (same === place) place = place.nextSibling; else old.insertBefore(same, place);
      if (same.nodeType === Node.ELEMENT_NODE) morph(same, child); else if (same.data !== child.data) same.data = child.data;
    }
    while (place !== null) { const gone = place; place = place.nextSibling; gone.remove(); }
  };
  const show = html => {
    const focused = document.activeElement;
    morph(page, new DOMParser().parseFromString(html, 'text/html').getElementById('page'));
    if (focused !== document.activeElement && focused.isConnected && focused !== document.body) focused.focus({ preventScroll: true });
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

  // The newest request is the only one: an answer to an older search is no longer wanted.
  const load = async () => {
    running?.abort();
    const mine = running = new AbortController();
    const search = location.search;
    try {
      const address = search + (search === '' ? '?' : '&') + 'format=content';
      const response = await fetch(address, { cache: 'no-store', redirect: 'error', signal: AbortSignal.any([mine.signal, AbortSignal.timeout(patience)]) });
      if (!response.ok) throw new Error('the server answers ' + response.status);
      const html = await response.text();
      if (mine !== running) return;
      show(html);
      document.body.dataset.shows = search;
      answeredAt = performance.now();
      failure = '';
    } catch (error) {
      if (mine !== running) return;
      failure = error instanceof TypeError ? 'no answer from the server' : error.name === 'TimeoutError' ? 'no answer in time' : error.message;
    }
    running = null;
    tick();
  };
  const refresh = () => { if (running === null && !document.hidden) load(); };

  // The form shows what the address says, but for the field in which somebody writes.
  const fillForm = () => {
    const asked = new URLSearchParams(location.search);
    for (const field of document.querySelectorAll('#filter [name]')) if (field !== document.activeElement) field.value = asked.get(field.name) ?? '';
  };
  const go = async (address, isNew, place) => {
    const target = location.pathname + address;
    if (isNew) history.pushState(null, '', target); else history.replaceState(null, '', target);
    await load();
    fillForm();
    if (place) { byId(place)?.scrollIntoView({ block: 'start' }); byId(place)?.focus({ preventScroll: true }); }
  };
  const search = isNew => {
    const asked = [...new FormData(byId('filter'))].filter(([, value]) => value !== '');
    return go(asked.length === 0 ? '' : '?' + new URLSearchParams(asked), isNew, null);
  };

  document.addEventListener('input', event => { if (event.target.closest('#filter')) search(false); });
  document.addEventListener('submit', event => { event.preventDefault(); search(true); });
  document.addEventListener('click', event => {
    const link = event.target.closest('a[href^="?"]:not([data-plain])');
    if (link === null || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const [asked, place] = link.getAttribute('href').split('#');
    const clears = link.id === 'clear';
    go(asked === '?' ? '' : asked, true, place).then(() => { if (clears) byId('q').focus(); });
  });
  addEventListener('popstate', () => { load().then(fillForm); });

  const rows = () => [...page.querySelectorAll('.row')];
  const step = by => {
    const all = rows();
    const at = all.indexOf(document.activeElement);
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: 'nearest' });
  };
  const escape = () => {
    const at = document.activeElement, field = byId('q'), detail = at.closest?.('details[open]');
    if (detail) { detail.open = false; detail.querySelector('summary').focus(); } else if (field.value !== '') { field.value = ''; search(false); } else at.blur();
  };
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = document.activeElement, isSearch = at === byId('q');
    const writes = at.matches('input, select, textarea'), isRow = at.matches('.row');
    const act = event.key === 'Escape' && (!writes || isSearch) ? escape
      : event.key === '/' && !writes ? () => { byId('q').focus(); byId('q').select(); }
      : event.key === 'j' && !writes || event.key === 'ArrowDown' && (isRow || isSearch) ? () => step(1)
      : event.key === 'k' && !writes || event.key === 'ArrowUp' && isRow ? () => step(-1)
      : null;
    if (act !== null) { event.preventDefault(); act(); }
  });

  document.body.classList.add('scripted');
  document.body.dataset.shows = location.search;
  setInterval(refresh, every);
  setInterval(tick, 1000);
  document.addEventListener('visibilitychange', refresh);
  tick();
})();
