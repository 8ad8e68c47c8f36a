import { createMemo, type JSX } from 'solid-js'
import type { SearchDocument } from '../../../src/api/types.ts'
import { withoutNetworks } from '../../domain/graph/networks.ts'
import { withoutGrouping } from '../../domain/grouping/grouping.ts'
import {
  controlEntries,
  nodeEntries,
  optionEntries,
  type PaletteTarget,
  viewEntries,
} from '../../domain/search/palette.ts'
import type { AppState } from '../../state/app-state.ts'
import { actionEntries } from '../palette/actions.ts'
import type { PaletteAction } from '../palette/palette.tsx'
import { PalettePlace } from '../palette/palette-place.tsx'
import type { Commands } from './commands.ts'

/** Props of {@link AppPalette}. */
export interface AppPaletteProps {
  readonly app: AppState
  readonly commands: Commands
  readonly open: boolean
  readonly onClose: () => void
}

/** The palette, with what there is to choose just now and where that leads. */
export function AppPalette(props: AppPaletteProps): JSX.Element {
  const {
    info,
    current,
    live,
    card,
    near,
    hubs,
    networks,
    search,
    theme,
    acting,
    navigation,
    router,
    nodeOf,
    isMap,
  } = props.app
  const matching = () => {
    const typed = search.read().kind
    if (typed === 'query') return 'only'
    return typed === 'empty' && search.filter().kind === 'query' ? 'dim' : undefined
  }
  const entries = (found: SearchDocument | undefined) => {
    const view = current.view()
    const id = current.id()
    const views = info.views() ?? []
    const node = card.details.gone() ? undefined : card.details.answer()
    return [
      ...controlEntries(node?.label ?? '', node?.controls ?? []),
      ...actionEntries({
        node: nodeOf(card.node())?.label,
        hasCard: card.isOpen(),
        hasFilter: search.filter().kind !== 'empty' || near.isSet(),
        theme: theme.choice(),
        contrast: theme.contrastChoice(),
        isMap: isMap(),
        hubs: hubs.isOffered() ? (hubs.isHidden() ? 'hidden' : 'shown') : undefined,
        search: matching(),
        networks: networks.isOffered() ? (networks.isShown() ? 'shown' : 'hidden') : undefined,
        pinned: { count: props.app.pinned().size, node: props.app.pinned().has(card.node() ?? '') },
      }),
      ...viewEntries(views, id),
      ...(view ? optionEntries(view, current.options()) : []),
      ...nodeEntries(live.content().graph, { id: id ?? '', name: current.nameOf(id) ?? '' }, found),
    ]
  }
  // Without the grouping, so that members of closed groups are found.
  const options = createMemo(() => withoutNetworks(withoutGrouping(current.options())))
  const follow = (target: PaletteTarget<PaletteAction>) => {
    switch (target.kind) {
      case 'node':
        return navigation.openNodeIn(target.view, target.id)
      case 'view':
        return current.open(target.view)
      case 'options':
        return router.go({ options: target.options })
      case 'action':
        return props.commands.run(target.action)
      case 'control': {
        const node = card.details.answer()
        if (node)
          acting.press({ id: node.id, label: node.label, labelMinor: node.labelMinor }, target.control)
      }
    }
  }
  return (
    <PalettePlace
      open={props.open}
      options={options()}
      entries={entries}
      onClose={props.onClose}
      onChoose={follow}
      onMenu={props.commands.openMenuOf}
    />
  )
}
