// A door onto made-up data, so that every screen can be looked at in a plain browser: ?scene=…&people=…&step=…&theme=dark.
import type { Door, RunView } from "../door";
import { early } from "./early";

const late = import.meta.glob("./late.ts", { eager: true }) as Record<string, { late?: (scene: string, people: number) => Partial<Door>; frameOf?: (scene: string, base: Awaited<ReturnType<Door["migration"]>>) => Awaited<ReturnType<Door["migration"]>> }>;

export function mock(query: URLSearchParams = new URLSearchParams(location.search)): Door {
  const scene = query.get("scene") ?? "";
  const people = Number(query.get("people") ?? 4982);
  const changed = new Set<(migration: string | null) => void>();
  const running = new Set<(run: RunView) => void>();

  const first = early({ scene, people, changed: () => changed.forEach((hear) => hear("m1")), progress: (run) => running.forEach((hear) => hear(run)) });
  const rest = late["./late.ts"];
  const door = {
    ...first,
    ...rest?.late?.(scene, people),
    onChanged: async (hear: (migration: string | null) => void) => (changed.add(hear), () => changed.delete(hear)),
    onRun: async (hear: (run: RunView) => void) => (running.add(hear), () => running.delete(hear)),
  } as unknown as Door;
  if (rest?.frameOf) {
    const frameOf = rest.frameOf;
    door.migration = async (id) => frameOf(scene, await first.migration(id));
  }
  return door;
}
