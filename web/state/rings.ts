import { createMemo, createSignal } from 'solid-js'
import { chooseRing, type RingMetric, ringMetrics } from '../domain/node/ring-choice.ts'
import type { LiveContent } from './live-view.ts'

/** What the rings of nodes show. */
export interface Rings {
  /** The metrics that they can show in this view. */
  readonly metrics: () => readonly RingMetric[]
  /** Label of the metric that they show; undefined = there are no rings. */
  readonly shown: () => string | undefined
  /** Chooses a metric by its label. */
  choose(label: string): void
}

interface ViewRings {
  readonly view: string
  readonly metrics: readonly RingMetric[]
}

/** The choice holds in every view that has the metric. */
export function createRings(content: () => LiveContent): Rings {
  const [choice, setChoice] = createSignal<string | undefined>()
  const rings = createMemo<ViewRings>(
    (held) => {
      const { view, graph } = content()
      const before = held.view === view ? held.metrics : []
      return { view, metrics: ringMetrics(graph.nodes.values(), before) }
    },
    { view: '', metrics: [] },
  )
  const metrics = () => rings().metrics
  return {
    metrics,
    shown: createMemo(() => chooseRing(metrics(), choice())),
    choose: (label) => void setChoice(label),
  }
}
