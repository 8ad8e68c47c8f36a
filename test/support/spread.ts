import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files with few lines that run long: by their size, which is all that is known of them, they would come last. */
export const LONG: readonly string[] = [
  '/test/cli/forget-app.test.ts',
  '/test/app/hostile/unread.test.ts',
  '/test/e2e/controls/kills.test.ts',
  '/test/e2e/hosts/many-hosts-doc.test.ts',
  '/test/e2e/hosts/soak.test.ts',
  '/test/e2e/hosts/unverified.test.ts',
  '/test/e2e/matrix/daemons.test.ts',
]

/**
 * Orders the files of each project as Vitest does, the longest first, but with those that drive a browser spread over the
 * whole time: they need the CPU all the while, and most others wait. So are those that run longer than it looks, of which
 * one at the end would keep one worker busy when the others are done.
 */
export class SpreadSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const ofProjects = Map.groupBy(await super.sort(files), ({ project }) => project.name)
    return [...ofProjects.values()].flatMap((ofProject) => spread(ofProject, kindOf))
  }
}

const kindOf = ({ moduleId }: TestSpecification): string => {
  if (moduleId.includes('/test/e2e/page/')) return 'drives a browser'
  return LONG.some((path) => moduleId.endsWith(path)) ? 'runs long' : 'other'
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
