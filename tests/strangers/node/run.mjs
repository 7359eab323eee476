// Runs every scenario against one practice org with Okta's official Node SDK.
//
// usage: STRANGERS_MODULES=.../node_modules node run.mjs URL TOKEN ENGINE [NAME]
//
// Prints {"scenarios": {"area: name": null or why it failed}}. Each scenario makes what it needs and clears it away again.

import { apps } from './apps.mjs';
import { assignments } from './assignments.mjs';
import { credentials } from './credentials.mjs';
import { directory } from './directory.mjs';
import { rest } from './rest.mjs';
import { Stranger } from './stranger.mjs';

const [url, token, engine, only = ''] = process.argv.slice(2);
const areas = { apps, assignments, credentials, directory, rest };

/** What went wrong, in one line, with the line of ours. */
const why = (error) => {
  const own = /strangers\/node\/(\w+\.mjs:\d+)/.exec((error.stack ?? '').split('\n').filter((it) => !it.includes('stranger.mjs')).join('\n'));
  return `${String(error.message ?? error).replaceAll(/\s+/g, ' ').slice(0, 400)}${own ? ` (${own[1]})` : ''}`;
};

const told = {};
for (const [area, scenarios] of Object.entries(areas)) {
  for (const [name, scenario] of Object.entries(scenarios)) {
    const whole = `${area}: ${name}`;
    if (!whole.includes(only)) continue;
    told[whole] = await scenario(new Stranger(url, token, engine)).then(() => null, why);
  }
}
console.log(JSON.stringify({ scenarios: told }));
process.exit(0);
