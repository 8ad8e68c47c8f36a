import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that run long, the longest first: begun late, one of them would keep one worker busy when the others are done. Vitest
 * knows how long a file ran only where it ran before, and a file's size says little of it.
 */
export const LONG: readonly string[] = [
  '/test/e2e/hosts/healing.test.ts',
  '/test/e2e/hosts/one-map/one-map.test.ts',
  '/test/e2e/deploy/release.test.ts',
  '/test/e2e/hosts/soak-simulation.test.ts',
  '/test/cli/launcher.test.ts',
  '/test/e2e/incident/incident.test.ts',
  '/test/e2e/page/acting/sign-in.test.ts',
  '/test/app/names-of-object.test.ts',
  '/test/e2e/matrix/lifecycle.test.ts',
  '/test/e2e/matrix/containers.test.ts',
  '/test/e2e/hosts/soak.test.ts',
  '/test/e2e/story/look-up.test.ts',
  '/test/e2e/hosts/unverified.test.ts',
  '/test/e2e/facts.test.ts',
  '/test/e2e/events.test.ts',
  '/test/e2e/story/begin.test.ts',
  '/test/e2e/matrix/handover.test.ts',
  '/test/probe/targets/weave/weave-targets.test.ts',
  '/test/e2e/nat.test.ts',
  '/test/e2e/controls/kills.test.ts',
  '/test/e2e/controls/commands/acts.test.ts',
  '/test/e2e/controls/commands/exec.test.ts',
  // From here on the image is there, which is built from the beginning.
  '/test/e2e/docker/other-containers.test.ts',
  '/test/e2e/docker/launcher.test.ts',
  '/test/e2e/image/build.test.ts',
  '/test/e2e/image/same-map.test.ts',
  '/test/e2e/image/container.test.ts',
  '/test/e2e/deploy/compose.test.ts',
  '/test/e2e/matrix/ports.test.ts',
  '/test/e2e/hosts/many-hosts-doc.test.ts',
  '/test/e2e/matrix/daemons.test.ts',
  '/test/probe/docker/usage/as-docker-says.test.ts',
  '/test/app/hostile/unread.test.ts',
  '/test/cli/accounts/user-command.test.ts',
  '/test/cli/forget-app.test.ts',
  '/test/attack/probes/stolen-keys.test.ts',
  '/test/demo/story.test.ts',
  '/test/topology/pipeline/same-views.test.ts',
  '/test/topology/pipeline/small-changes.test.ts',
]

/**
 * Orders the files: first those that have a process of their own, in the order of {@link inOrder}, then those that share processes,
 * which are many and short, so that all workers end together.
 */
export class SpreadSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const { own = [], shared = [] } = Object.groupBy(sorted, ({ project }) =>
      project.config.isolate ? 'own' : 'shared',
    )
    return [own, shared].flatMap((some) => inOrder(some, ({ moduleId }) => moduleId))
  }
}

/** What drives a browser needs the CPU all the while; most others that run all of Scope wait more than they work, and the rest waits most. */
const kindOf = (path: string): string => /\/test\/e2e\/(?:page\/)?/.exec(path)?.[0] ?? ''

/**
 * Puts items first whose paths are of {@link LONG}, in its order; spreads what drives a browser, what else runs all of Scope, and the rest
 * over the whole time.
 */
export const inOrder = <Item>(items: readonly Item[], pathOf: (item: Item) => string): Item[] => {
  const rank = (item: Item) => LONG.findIndex((path) => pathOf(item).endsWith(path))
  const [long, others] = [items.filter((item) => rank(item) >= 0), items.filter((item) => rank(item) < 0)]
  return [...long.sort((a, b) => rank(a) - rank(b)), ...spread(others, (item) => kindOf(pathOf(item)))]
}

/**
 * Spreads the items of each kind evenly among those of the others. All kinds keep their order; where
 * two would be at one place, the rarer kind comes first.
 *
 * @example
 * spread([1, 2, 3, 4, 5, 6], (n) => n < 3) // [1, 3, 4, 2, 5, 6]
 */
export const spread = <Item>(items: readonly Item[], kindOf: (item: Item) => unknown): Item[] =>
  [...Map.groupBy(items, kindOf).values()]
    .sort((a, b) => a.length - b.length)
    .flatMap((group) => group.map((item, index) => ({ item, place: index / group.length })))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
