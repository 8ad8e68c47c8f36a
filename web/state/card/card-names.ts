import { createEffect, createSignal, onCleanup } from 'solid-js'
import { fetchDetails, RequestError } from '../../data/api.ts'
import type { Place } from '../../domain/address/route.ts'
import { cardName, nameKey, planNames, type ShownNames } from '../../domain/card/card-names.ts'
import { settings } from '../../settings.ts'

/** What {@link createCardNames} reads. */
export interface CardNamesOptions {
  /** All open cards. */
  readonly places: () => readonly Place[]
  readonly shown: () => ShownNames
  /** The options of a view as a query string, or empty. */
  readonly queryOf: (view: string) => string
}

/**
 * The names of open cards: of nodes that are or were on the map while their card is open, as there; of others, the app is
 * asked, once when it answers.
 *
 * @returns the name of a card; undefined while it is not known, or when the app does not know the node
 */
export function createCardNames(options: CardNamesOptions): (place: Place) => string | undefined {
  const [names, setNames] = createSignal<ReadonlyMap<string, string>>(new Map())
  const asked = new Set<string>()
  /** Set when nodes are to be asked for again. */
  const [unanswered, setUnanswered] = createSignal<object>()
  const aborter = new AbortController()
  const timers = new Set<number>()
  onCleanup(() => {
    aborter.abort()
    for (const timer of timers) window.clearTimeout(timer)
  })

  const learn = (key: string, label: string) =>
    setNames((held) => (held.get(key) === label ? held : new Map(held).set(key, label)))

  const askAgain = (key: string) => {
    const timer = window.setTimeout(() => {
      timers.delete(timer)
      asked.delete(key)
      setUnanswered({})
    }, settings.data.detailsPollMs)
    timers.add(timer)
  }

  createEffect(() => {
    unanswered()
    const { wanted, told, untold } = planNames(options.places(), options.shown())
    setNames((held) => {
      const kept = [...held].filter(([key]) => wanted.has(key))
      return kept.length === held.size ? held : new Map(kept)
    })
    for (const key of asked) if (!wanted.has(key)) asked.delete(key)
    for (const [key, label] of told) learn(key, label)
    for (const node of untold) {
      const key = nameKey(node)
      if (asked.has(key)) continue
      asked.add(key)
      fetchDetails(node.view, node.id, options.queryOf(node.view), '5m', aborter.signal).then(
        (details) => learn(key, details.label),
        (error) => {
          const isUnknown = error instanceof RequestError && error.status === 404
          if (!isUnknown && !aborter.signal.aborted) askAgain(key)
        },
      )
    }
  })

  return (place) => cardName(place, names())
}
