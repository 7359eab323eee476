// A door onto made-up data, so that every screen can be looked at in a plain browser: ?scene=…&people=…&open=m1&step=…&theme=dark.
import type { Door, RunView } from "../door";
import { approval } from "./approval";
import { early } from "./early";
import { frameOf, late } from "./late";

export function mock(query: URLSearchParams = new URLSearchParams(location.search)): Door {
  const scene = query.get("scene") ?? "";
  const people = Number(query.get("people") ?? 4982);
  const hearChanged = new Set<(migration: string | null) => void>();
  const hearRun = new Set<(run: RunView) => void>();
  const tell = {
    changed: () => hearChanged.forEach((hear) => hear("m1")),
    progress: (run: RunView) => hearRun.forEach((hear) => hear(run)),
  };

  const first = early({ scene, people, ...tell });
  return {
    ...first,
    ...late(scene, people, tell),
    ...approval(scene, tell.changed),
    migration: async (id: string) => frameOf(scene, await first.migration(id)),
    onChanged: async (hear: (migration: string | null) => void) => (hearChanged.add(hear), () => void hearChanged.delete(hear)),
    onRun: async (hear: (run: RunView) => void) => (hearRun.add(hear), () => void hearRun.delete(hear)),
  } as Door;
}
