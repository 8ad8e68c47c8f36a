import { createEffect, createSignal, onCleanup } from 'solid-js'
import { fetchDetails } from '../data/api.ts'
import { nodesOf } from '../domain/card-stack.ts'
import type { Graph } from '../domain/graph.ts'
import type { Place } from '../domain/route.ts'

/** What {@link createCardNames} reads. */
export interface CardNamesOptions {
  /** All open cards. */
  readonly places: () => readonly Place[]
  /** The view that is open, and what the map shows of it; undefined while it is being opened. */
  readonly shown: () => { readonly view: string; readonly graph: Graph | undefined }
  /** The options of a view as a query string, or empty. */
  readonly queryOf: (view: string) => string
}

/**
 * The names of open cards: of nodes that are or were on the map while their card is open, as there; of others, the app is
 * asked once.
 *
 * @returns the name of a card; undefined while it is not known, or when the app does not know the node
 */
export function createCardNames(options: CardNamesOptions): (place: Place) => string | undefined {
  const [names, setNames] = createSignal<ReadonlyMap<string, string>>(new Map())
  const asked = new Set<string>()
  const aborter = new AbortController()
  onCleanup(() => aborter.abort())

  const learn = (key: string, label: string) =>
    setNames((held) => (held.get(key) === label ? held : new Map(held).set(key, label)))

  createEffect(() => {
    const wanted = options.places().flatMap(nodesOf)
    const { view, graph } = options.shown()
    const keys = new Set(wanted.map(keyOf))
    setNames((held) => {
      const kept = [...held].filter(([key]) => keys.has(key))
      return kept.length === held.size ? held : new Map(kept)
    })
    for (const key of asked) if (!keys.has(key)) asked.delete(key)
    for (const node of wanted) {
      const key = keyOf(node)
      const label = node.view === view ? graph?.nodes.get(node.id)?.label : undefined
      const willTell = node.view === view && graph === undefined
      if (label !== undefined) learn(key, label)
      else if (!willTell && !asked.has(key)) {
        asked.add(key)
        fetchDetails(node.view, node.id, options.queryOf(node.view), '5m', aborter.signal).then(
          (details) => learn(key, details.label),
          () => {},
        )
      }
    }
  })

  return (place) => {
    const told = nodesOf(place).map((node) => names().get(keyOf(node)))
    return told.every((label) => label !== undefined) ? told.join(' → ') : undefined
  }
}

function keyOf({ view, id }: { readonly view: string; readonly id: string }): string {
  return `${view} ${id}`
}
