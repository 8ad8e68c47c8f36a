import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that run long, the longest first: begun late, one of them would keep one worker busy when the others are done. Vitest
 * knows how long a file ran only where it ran before, and a file's size says little of it.
 */
export const LONG: readonly string[] = [
  '/test/e2e/docker/launcher.test.ts',
  '/test/e2e/hosts/healing.test.ts',
  '/test/e2e/hosts/one-map/one-map.test.ts',
  '/test/e2e/deploy/release.test.ts',
  '/test/e2e/controls/commands/acts.test.ts',
  '/test/e2e/matrix/ports.test.ts',
  '/test/e2e/matrix/lifecycle.test.ts',
  '/test/e2e/story/look-up.test.ts',
  '/test/e2e/story/begin.test.ts',
  '/test/e2e/controls/kills.test.ts',
  '/test/e2e/hosts/many-hosts-doc.test.ts',
  '/test/e2e/hosts/soak.test.ts',
  '/test/e2e/hosts/unverified.test.ts',
  '/test/e2e/matrix/daemons.test.ts',
  '/test/e2e/image/build.test.ts',
  '/test/cli/launcher.test.ts',
  '/test/probe/targets/weave/weave-targets.test.ts',
  '/test/probe/docker/usage/as-docker-says.test.ts',
  '/test/attack/probes/stolen-keys.test.ts',
  '/test/cli/forget-app.test.ts',
  '/test/app/hostile/unread.test.ts',
]

/**
 * Orders the files of each project: first those that run long, then the others as Vitest does, the largest first, but with those
 * that drive a browser spread over the whole time: they need the CPU all the while, and most others wait.
 */
export class SpreadSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const ofProjects = Map.groupBy(await super.sort(files), ({ project }) => project.name)
    return [...ofProjects.values()].flatMap((ofProject) => inOrder(ofProject, ({ moduleId }) => moduleId))
  }
}

/** Puts items first whose paths are of {@link LONG}, in its order, and spreads what drives a browser among the others. */
export const inOrder = <Item>(items: readonly Item[], pathOf: (item: Item) => string): Item[] => {
  const rank = (item: Item) => LONG.findIndex((path) => pathOf(item).endsWith(path))
  const [long, others] = [items.filter((item) => rank(item) >= 0), items.filter((item) => rank(item) < 0)]
  return [
    ...long.sort((a, b) => rank(a) - rank(b)),
    ...spread(others, (item) => pathOf(item).includes('/test/e2e/page/')),
  ]
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
