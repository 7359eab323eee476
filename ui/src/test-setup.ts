import { cleanup } from "@testing-library/svelte";
import { afterEach } from "vitest";

// happy-dom lays nothing out: give elements a size, so that lists know what is in sight.
for (const [name, size] of Object.entries({ offsetHeight: 480, clientHeight: 480, offsetWidth: 800, clientWidth: 800 })) {
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => size });
}

afterEach(cleanup);
