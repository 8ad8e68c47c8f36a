import { createMemo } from 'solid-js'
import type { Route } from '../../domain/address/route.ts'
import { hiddenHubsWords, hubsOf, withoutNodes } from '../../domain/graph/hubs.ts'
import type { LiveContent } from '../../domain/graph/live-content.ts'
import { settings } from '../../settings.ts'

/** Hubs of the map (nodes that talk to very many others), which can be hidden. */
export interface Hubs {
  /** The view, without its hubs while these are hidden. */
  readonly content: () => LiveContent
  /** Whether there are any, or they are hidden. */
  readonly isOffered: () => boolean
  readonly isHidden: () => boolean
  /** Ids of those that are hidden. */
  readonly hidden: () => ReadonlySet<string>
  /** How many are hidden, in words; undefined while they are shown. */
  readonly words: () => string | undefined
  toggle(): void
}

/** What {@link createHubs} depends on. */
export interface HubsSources {
  /** All of the view. */
  readonly all: () => LiveContent
  readonly route: () => Route
  readonly go: (change: Partial<Route>) => void
}

/** Hides the hubs of the view while the address says so. */
export function createHubs({ all, route, go }: HubsSources): Hubs {
  const isHidden = () => route().hubs === 'hide'
  interface Found {
    readonly view: string
    readonly ids: ReadonlySet<string>
    /** Also those that are gone and fade. */
    readonly traced: ReadonlySet<string>
  }
  const found = createMemo<Found>((before) => {
    const { view, graph, presence } = all()
    const known = before?.view === view ? before : undefined
    const ids = hubsOf(graph, settings.layout.flow, known?.ids)
    const fading = [...(known?.traced ?? [])].filter((id) => presence.goneNodes.has(id))
    return { view, ids, traced: new Set([...ids, ...fading]) }
  })
  const hubs = () => found().ids
  return {
    content: createMemo(() => (isHidden() ? withoutNodes(all(), found().traced) : all())),
    isOffered: () => isHidden() || hubs().size > 0,
    isHidden,
    hidden: () => (isHidden() ? hubs() : new Set()),
    words: () => (isHidden() ? hiddenHubsWords(hubs().size) : undefined),
    toggle: () => go({ hubs: isHidden() ? undefined : 'hide' }),
  }
}
