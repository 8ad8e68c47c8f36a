import type { PaletteEntry } from '../../domain/search/palette.ts'
import type { ContrastChoice, ThemeChoice } from '../../domain/theme/theme.ts'
import type { PaletteAction } from './palette.tsx'

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
  /** Whether the map is shown, not the table. */
  readonly isMap: boolean
  /** Undefined when the map has none. */
  readonly networks: 'shown' | 'hidden' | undefined
  /** Undefined when the view has none. */
  readonly hubs: 'shown' | 'hidden' | undefined
  /** What could be shown of a search: only what matches, or all with the rest dimmed; undefined without one. */
  readonly search: 'dim' | 'only' | undefined
  /** How many nodes of the map are pinned, and whether that of the card is one of them. */
  readonly pinned: { readonly count: number; readonly node: boolean }
}

/** Entries for what the page itself can do. */
export function actionEntries({
  node,
  hasCard,
  hasFilter,
  theme,
  contrast,
  isMap,
  networks,
  hubs,
  search,
  pinned,
}: ActionsState): PaletteEntry<PaletteAction>[] {
  const offer = (action: PaletteAction, name: string): PaletteEntry<PaletteAction> => ({
    id: `action ${action}`,
    name,
    detail: 'Action',
    target: { kind: 'action', action },
  })
  return [
    ...(node === undefined
      ? []
      : [
          offer('oneHop', `Only the neighbours of ${node}`),
          offer('twoHops', `Only what is two steps from ${node}`),
          offer('explain', `Explain connection of ${node} to …`),
          offer('close', 'Close the card'),
        ]),
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
    offer('search', 'Search, or type a query'),
    ...(isMap
      ? [
          offer('showTable', 'Show the table'),
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
        ]
      : [offer('showMap', 'Show the map')]),
    offer('print', isMap ? 'Print the map' : 'Print what is shown'),
    ...(hasCard ? [offer('printCard', 'Print the card')] : []),
    offer('showResources', 'Show resources'),
    offer('showMatrix', 'Show who calls whom as a matrix'),
    offer('pause', 'Pause the map, or go on'),
    ...(theme === 'system' ? [] : [offer('themeSystem', 'Colours as the system')]),
    ...(theme === 'dark' ? [] : [offer('themeDark', 'Use dark colours')]),
    ...(theme === 'light' ? [] : [offer('themeLight', 'Use light colours')]),
    contrast === 'more'
      ? offer('contrastSystem', 'Contrast as the system')
      : offer('contrastMore', 'Use more contrast'),
    offer('help', 'Help: keys and gestures'),
  ]
}
