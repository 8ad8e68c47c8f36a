import { type Section, sectionNames, sectionTitles } from '../account/sections.ts'
import { type LayoutKind, layoutKinds } from '../address/layout-kind.ts'
import type { LighterWords } from '../dense/lighter.ts'
import { noRing, type RingMetric } from '../node/ring-choice.ts'
import type { ContrastChoice, ThemeChoice } from '../theme/theme.ts'
import type { PaletteEntry, PaletteTarget } from './palette.ts'
import type { ReadQuery } from './search.ts'

/** What the page itself can do from the palette. */
export type PaletteAction =
  | 'fit'
  | 'networks'
  | 'showMap'
  | 'showTable'
  | 'showResources'
  | 'showMatrix'
  | 'tidy'
  | 'pin'
  | 'saveSvg'
  | 'savePng'
  | 'saveSeenSvg'
  | 'saveSeenPng'
  | 'explain'
  | 'print'
  | 'printCard'
  | 'hubs'
  | 'allEdges'
  | 'minimap'
  | 'onlyMatches'
  | 'unpinAll'
  | 'zoomIn'
  | 'zoomOut'
  | 'themeSystem'
  | 'themeDark'
  | 'themeLight'
  | 'contrastSystem'
  | 'contrastMore'
  | 'pause'
  | 'help'
  | 'search'
  | 'act'
  | 'failing'
  | 'oneHop'
  | 'twoHops'
  | 'unfilter'
  | 'events'
  | 'troubleshooting'
  | 'signOut'
  | 'close'

/** What is chosen, or shown, of something that can be shown or hidden. */
export type Shownness = 'shown' | 'hidden'

/** What decides which actions the palette offers. */
export interface ActionsState {
  /** Name of the node whose card is open. */
  readonly node: string | undefined
  /** Whether a card is open. */
  readonly hasCard: boolean
  /** Whether not all of the view is shown. */
  readonly hasFilter: boolean
  /** What is chosen of colours and contrast. */
  readonly theme: ThemeChoice
  readonly contrast: ContrastChoice
  /** What is shown of the view. */
  readonly shown: 'map' | 'table' | 'resources' | 'matrix'
  /** Undefined when the map has none. */
  readonly networks: Shownness | undefined
  /** Undefined when the view has none. */
  readonly hubs: Shownness | undefined
  readonly minimap: Shownness
  readonly layout: LayoutKind
  /** The metrics that rings can show, and the label of the one that they do; undefined = there are none. */
  readonly rings: readonly RingMetric[]
  readonly ring: string | undefined
  /** What is said of the lighter edges of a dense map. */
  readonly lighter: LighterWords | undefined
  /** What could be shown of a search: only what matches, or all with the rest dimmed; undefined without one. */
  readonly search: 'dim' | 'only' | undefined
  /** How many nodes of the map are pinned, and whether that of the card is one of them. */
  readonly pinned: { readonly count: number; readonly node: boolean }
  readonly paused: boolean
  /** The parts of the account dialog that are open to whoever looks. */
  readonly sections: readonly Section[]
  /** Whether there is anything to sign out of. */
  readonly isSignedIn: boolean
}

type Entry = PaletteEntry<PaletteAction>

/** Entries for what the page itself can do, in the order in which they are offered while nothing is typed. */
export function actionEntries(state: ActionsState): readonly Entry[] {
  return [
    ...ofCard(state),
    ...ofFilter(state),
    offer('search', 'Search, or type a query'),
    ...(state.shown === 'map' ? [] : [offer('showMap', 'Show the map')]),
    ...(state.shown === 'table' ? [] : [offer('showTable', 'Show the table')]),
    ...(state.shown === 'map' ? ofMap(state) : []),
    offer('print', state.shown === 'map' ? 'Print the map' : 'Print what is shown'),
    ...(state.hasCard ? [offer('printCard', 'Print the card')] : []),
    ...(state.shown === 'resources' ? [] : [offer('showResources', 'Show resources')]),
    ...(state.shown === 'matrix' ? [] : [offer('showMatrix', 'Show who calls whom as a matrix')]),
    offer('pause', state.paused ? 'Go on, live' : 'Pause the map'),
    ...ofTheme(state),
    offer('events', 'Show events'),
    ...ofAccount(state),
    offer('troubleshooting', 'Troubleshooting: how the app fares'),
    offer('help', 'Help: keys and gestures'),
  ]
}

/** What {@link ActionsState.search} says. @param typed what is typed into the search box */
export function searchOffer(typed: ReadQuery, filter: ReadQuery): ActionsState['search'] {
  if (typed.kind === 'query') return 'only'
  return typed.kind === 'empty' && filter.kind === 'query' ? 'dim' : undefined
}

function offer(action: PaletteAction, name: string): Entry {
  return { id: `action ${action}`, name, detail: 'Action', target: { kind: 'action', action } }
}

function goTo(id: string, name: string, detail: string, target: PaletteTarget<PaletteAction>): Entry {
  return { id, name, detail, target }
}

function ofCard({ node, hasCard }: ActionsState): readonly Entry[] {
  return [
    ...(node === undefined
      ? []
      : [
          offer('oneHop', `Only the neighbours of ${node}`),
          offer('twoHops', `Only what is two steps from ${node}`),
          offer('explain', `Explain connection of ${node} to …`),
        ]),
    ...(hasCard ? [offer('close', 'Close the card')] : []),
  ]
}

function ofFilter({ hasFilter, search, hubs }: ActionsState): readonly Entry[] {
  return [
    ...(hasFilter
      ? [offer('unfilter', 'Remove the filter'), offer('act', 'Act on what the filter selects')]
      : []),
    offer('failing', 'Only errors'),
    ...(search === undefined
      ? []
      : [
          offer('onlyMatches', search === 'only' ? 'Only what matches' : 'Show all, dim what does not match'),
        ]),
    ...(hubs === undefined ? [] : [offer('hubs', hubs === 'shown' ? 'Hide hubs' : 'Show hubs')]),
  ]
}

function ofMap({
  node,
  networks,
  minimap,
  lighter,
  pinned,
  layout,
  rings,
  ring,
}: ActionsState): readonly Entry[] {
  return [
    ...(networks === undefined
      ? []
      : [offer('networks', networks === 'shown' ? 'Hide networks' : 'Show networks')]),
    ...(node === undefined ? [] : [offer('pin', `${pinned.node ? 'Unpin' : 'Pin'} ${node}`)]),
    ...(pinned.count > 0 ? [offer('unpinAll', 'Unpin all nodes')] : []),
    offer('fit', 'Show all of the map'),
    offer('tidy', 'Tidy up the map'),
    offer('saveSvg', 'Save the map as SVG'),
    offer('savePng', 'Save the map as PNG'),
    offer('saveSeenSvg', 'Save what is seen as SVG'),
    offer('saveSeenPng', 'Save what is seen as PNG'),
    offer('zoomIn', 'Zoom in'),
    offer('zoomOut', 'Zoom out'),
    ...(lighter === undefined ? [] : [offer('allEdges', lighter.hint)]),
    ...layoutKinds
      .filter(({ kind }) => kind !== layout)
      .map(({ kind, label, hint }) =>
        goTo(`layout ${kind}`, `Layout ${label}`, hint, { kind: 'layout', layout: kind }),
      ),
    ...ringEntries(rings, ring),
    offer('minimap', minimap === 'shown' ? 'Hide the minimap' : 'Show the minimap'),
  ]
}

function ringEntries(rings: readonly RingMetric[], shown: string | undefined): readonly Entry[] {
  const entry = (label: string, name: string) =>
    goTo(`ring ${label}`, name, 'Rings of nodes', { kind: 'ring', label })
  return [
    ...rings.filter(({ label }) => label !== shown).map(({ label }) => entry(label, `Rings show ${label}`)),
    ...(shown === undefined ? [] : [entry(noRing, 'Show no rings')]),
  ]
}

function ofTheme({ theme, contrast }: ActionsState): readonly Entry[] {
  return [
    ...(theme === 'system' ? [] : [offer('themeSystem', 'Use the colours of the system')]),
    ...(theme === 'dark' ? [] : [offer('themeDark', 'Use dark colours')]),
    ...(theme === 'light' ? [] : [offer('themeLight', 'Use light colours')]),
    contrast === 'more'
      ? offer('contrastSystem', 'Use the contrast of the system')
      : offer('contrastMore', 'Use more contrast'),
  ]
}

function ofAccount({ sections, isSignedIn }: ActionsState): readonly Entry[] {
  return [
    ...sections.map((section) =>
      goTo(`section ${section}`, sectionNames[section], sectionTitles[section], { kind: 'section', section }),
    ),
    ...(isSignedIn ? [offer('signOut', 'Sign out')] : []),
  ]
}
