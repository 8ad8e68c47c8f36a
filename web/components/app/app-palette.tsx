import { createMemo, type JSX } from 'solid-js'
import { type Section, sectionsOf } from '../../domain/account/sections.ts'
import { isSignedIn } from '../../domain/account/who.ts'
import { withoutNetworks } from '../../domain/graph/networks.ts'
import { withoutGrouping } from '../../domain/grouping/grouping.ts'
import {
  controlEntries,
  nodeEntries,
  optionEntries,
  type PaletteTarget,
  revealing,
  viewEntries,
} from '../../domain/search/palette.ts'
import { actionEntries, type PaletteAction, searchOffer } from '../../domain/search/palette-actions.ts'
import type { SessionState } from '../../state/account/session.ts'
import type { AppState } from '../../state/app-state.ts'
import type { FoundForPalette } from '../../state/search/search-for-palette.ts'
import { Palette } from '../palette/palette.tsx'
import type { Commands } from './commands.ts'

/** Props of {@link AppPalette}. */
export interface AppPaletteProps {
  readonly app: AppState
  readonly session: SessionState
  readonly commands: Commands
  readonly open: boolean
  /** Takes what was typed before the palette was there. */
  readonly typed: () => string
  readonly onClose: () => void
  /** A part of the dialog about the account is to be shown. */
  readonly onSection: (section: Section) => void
}

/** The palette, with what there is to choose just now and where that leads. */
export function AppPalette(props: AppPaletteProps): JSX.Element {
  const { info, current, live, card, near, hubs, networks, search, theme, acting, navigation, router } =
    props.app
  const { rings, lighter, minimap, nodeOf } = props.app
  const entries = (found: FoundForPalette | undefined) => {
    const view = current.view()
    const id = current.id()
    const views = info.views() ?? []
    const node = card.details.gone() ? undefined : card.details.answer()
    const who = props.session.who()
    return [
      ...controlEntries(node?.label ?? '', node?.controls ?? []),
      ...actionEntries({
        node: nodeOf(card.node())?.label,
        hasCard: card.isOpen(),
        hasFilter: search.filter().kind !== 'empty' || near.isSet(),
        theme: theme.choice(),
        contrast: theme.contrastChoice(),
        shown: router.route().shown.kind,
        hubs: hubs.isOffered() ? (hubs.isHidden() ? 'hidden' : 'shown') : undefined,
        search: searchOffer(search.read(), search.filter()),
        networks: networks.isOffered() ? (networks.isShown() ? 'shown' : 'hidden') : undefined,
        minimap: minimap.isShown() ? 'shown' : 'hidden',
        layout: router.route().layout,
        rings: rings.metrics(),
        ring: rings.chosen(),
        lighter: lighter.words(),
        pinned: { count: props.app.pinned().size, node: props.app.pinned().has(card.node() ?? '') },
        paused: live.paused(),
        sections: who ? sectionsOf(who) : [],
        isSignedIn: who !== undefined && isSignedIn(who),
      }),
      ...viewEntries(views, id),
      ...(view ? optionEntries(view, current.options()) : []),
      ...nodeEntries(
        live.content().graph,
        { id: id ?? '', name: current.nameOf(id) ?? '' },
        found?.all,
        found?.selected,
      ),
    ]
  }
  // Without the grouping, so that members of closed groups are found.
  const options = createMemo(() => withoutNetworks(withoutGrouping(current.options())))
  const follow = (target: PaletteTarget<PaletteAction>) => {
    switch (target.kind) {
      case 'node':
        return navigation.openNodeIn(
          target.view,
          target.id,
          revealing(target, current.id(), live.content().graph.nodes, near.content().graph.nodes),
        )
      case 'view':
        return current.open(target.view)
      case 'options':
        return router.go({ options: target.options })
      case 'layout':
        return router.go({ layout: target.layout })
      case 'ring':
        return rings.choose(target.label)
      case 'section':
        return props.onSection(target.section)
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
    <Palette
      open={props.open}
      options={options()}
      filter={router.route().search}
      view={current.id()}
      entries={entries}
      typed={props.typed}
      onClose={props.onClose}
      onChoose={follow}
      onMenu={props.commands.openMenuOf}
    />
  )
}
