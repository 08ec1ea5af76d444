// A project has these by itself; the task is compiled by its sources alone.
global using System;
global using System.Collections.Generic;
global using System.Linq;
