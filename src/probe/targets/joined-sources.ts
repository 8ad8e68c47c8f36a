import { type FoundTargets, type TargetSource, targetId } from './target.ts'

const firstOfEach = <Item>(items: readonly Item[], idOf: (item: Item) => string): Item[] => {
  const byId = new Map<string, Item>()
  for (const item of items) if (!byId.has(idOf(item))) byId.set(idOf(item), item)
  return [...byId.values()]
}

/** All that several sources find. What two of them find is that of the earlier one in the list. */
export const joinedSources = (sources: readonly TargetSource[]): TargetSource => ({
  watch(changed, isAnswering, guard) {
    const found: (FoundTargets | undefined)[] = sources.map(() => undefined)
    let isStarted = false
    const tell = (): void => {
      const all = found.filter((one) => one !== undefined)
      changed({
        targets: firstOfEach(
          all.flatMap(({ targets }) => targets),
          targetId,
        ),
        unresolved: firstOfEach(
          all.flatMap(({ unresolved }) => unresolved),
          ({ url }) => url,
        ),
      })
    }
    const stops = sources.map((source, i) =>
      source.watch(
        (one) => {
          found[i] = one
          if (isStarted) tell()
        },
        isAnswering,
        guard,
      ),
    )
    isStarted = true
    tell()
    return () => {
      for (const stop of stops) stop()
    }
  },
})
