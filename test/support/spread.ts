import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Orders the files of each project as Vitest does, the longest first, but with those that drive a browser spread over the
 * whole time: they need the CPU all the while, and most others wait.
 */
export class SpreadSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const ofProjects = Map.groupBy(await super.sort(files), ({ project }) => project.name)
    return [...ofProjects.values()].flatMap((ofProject) =>
      spread(ofProject, ({ moduleId }) => moduleId.includes('/test/e2e/page/')),
    )
  }
}

/**
 * Spreads some items evenly among the others. Both keep their order.
 *
 * @example
 * spread([1, 2, 3, 4, 5, 6], (n) => n < 3) // [1, 3, 4, 2, 5, 6]
 */
export const spread = <Item>(items: readonly Item[], isSome: (item: Item) => boolean): Item[] => {
  const groups = [items.filter(isSome), items.filter((item) => !isSome(item))]
  return groups
    .flatMap((group) => group.map((item, index) => ({ item, place: index / group.length })))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
