import { onCleanup } from 'solid-js'
import { explainOn } from '../../domain/card/explain-on.ts'
import { nameOfNode, namesOfNodes } from '../../domain/happening/node-names.ts'
import { heardCommand } from '../../domain/keys/heard.ts'
import type { CommandOf, pageKeys } from '../../domain/keys/keys.ts'
import { pictureName, pictureTitle } from '../../domain/picture.ts'
import type { PaletteAction } from '../../domain/search/palette-actions.ts'
import { onlyMatches } from '../../domain/search/search.ts'
import type { Sheet } from '../../domain/table/export.ts'
import type { AppState } from '../../state/app-state.ts'
import { isPressing, isTyping } from '../../state/page/typing.ts'
import type { FooterPanels } from '../footer/footer.tsx'
import type { MapCommands } from '../map-view/map-view.tsx'
import { savePicture } from '../picture/save-picture.ts'
import { createPrinting } from '../print/printing.ts'

/** Something that a key of the page or an entry of the palette does. */
export type Command = CommandOf<typeof pageKeys> | PaletteAction

/** What commands do that is not done by the state of the page. */
export interface CommandSources {
  readonly openPalette: () => void
  readonly toggleHelp: () => void
  readonly panels: FooterPanels
  readonly signOut: () => void
}

/** What keys and the palette do. */
export interface Commands {
  run(command: Command): void
  /** Opens the menu of a node: on the map beside it, else in the middle of the window. */
  openMenuOf(nodeId: string): void
  /** Pins a node of the map where it is, or lets go of it. */
  pin(nodeId: string): void
  /** Why a node is not connected to that of the open card is told on that card; else it is asked on a card of its own. */
  explain(nodeId: string): void
  /** Saves the map as a picture: what is seen of it, or the whole. */
  savePicture(format: 'svg' | 'png', whole: boolean): void
  /** What is told of the map once it is there. */
  takeMap(commands: MapCommands): void
  /** What the table prints, once it is there. */
  takeSheet(sheet: () => Sheet): void
  /** The search box, once it is there. */
  takeSearchInput(input: HTMLInputElement): void
}

/** Listens to the keys of the page (`pageKeys`). */
export function createCommands(
  app: AppState,
  { openPalette, toggleHelp, panels, signOut }: CommandSources,
): Commands {
  const { live, near, navigation, search, acting, card, rings } = app
  let map: MapCommands | undefined
  let sheet: (() => Sheet) | undefined
  let searchInput: HTMLInputElement | undefined
  const mapHere = () => (app.isMap() ? map : undefined)
  const title = () =>
    pictureTitle({
      view: app.current.nameOf(app.current.id()) ?? '',
      query: app.router.route().search,
      atMs: Date.now(),
    })
  const save = (format: 'svg' | 'png', whole: boolean) => {
    const name = pictureName(app.current.id())
    void mapHere()
      ?.picture(whole, title(), false)
      .then((svg) => savePicture(format, name, svg))
  }
  const printing = createPrinting({
    title,
    subject: () => `${app.router.route().shown.kind} ${app.current.id()} ${app.current.query()}`,
    nodes: () => near.content().graph.nodes.size,
    picture: (told) => mapHere()?.picture(true, told, true),
    table: () => (app.router.route().shown.kind === 'table' ? sheet?.() : undefined),
  })
  const does: Readonly<Record<Command, () => void>> = {
    palette: openPalette,
    search: () => {
      searchInput?.focus()
      searchInput?.select()
    },
    oneHop: () => near.toggle(1),
    twoHops: () => near.toggle(2),
    failing: navigation.toggleFailing,
    onlyMatches() {
      const next = onlyMatches(search.read(), search.filter())
      if (!next) return
      navigation.filterBy(next.filter)
      search.type(next.typed, next.typed.length)
    },
    hubs: () => app.hubs.toggle(),
    allEdges: () => app.router.go({ allEdges: app.lighter.words()?.showsAll ?? false }),
    minimap: () => app.minimap.toggle(),
    showMap: () => (app.isMap() ? map?.toggleGroup() : navigation.show('map')),
    showTable: () => navigation.show('table'),
    showResources: () => navigation.show('resources'),
    showMatrix: () => navigation.show('matrix'),
    act: () => {
      const filter = search.filter()
      if (filter.kind === 'query') acting.openBatch(filter.text)
    },
    saveSvg: () => save('svg', true),
    savePng: () => save('png', true),
    saveSeenSvg: () => save('svg', false),
    saveSeenPng: () => save('png', false),
    print: printing.print,
    printCard: printing.printCard,
    networks() {
      if (app.isMap() && app.networks.isOffered()) app.networks.toggle()
    },
    zoomIn: () => mapHere()?.zoomIn(),
    zoomOut: () => mapHere()?.zoomOut(),
    fit: () => mapHere()?.fit(),
    tidy: () => mapHere()?.tidy(),
    ringBefore: () => rings.step(-1),
    ringAfter: () => rings.step(1),
    menu: () => mapHere()?.menu(),
    pin: () => mapHere()?.pin(),
    unpinAll: () => mapHere()?.unpinAll(),
    pause: () => live.pause(!live.paused()),
    help: toggleHelp,
    events: () => panels.events.show(),
    troubleshooting: () => panels.troubleshooting.show(),
    signOut,
    themeSystem: () => app.theme.choose('system'),
    themeDark: () => app.theme.choose('dark'),
    themeLight: () => app.theme.choose('light'),
    contrastSystem: () => app.theme.chooseContrast('system'),
    contrastMore: () => app.theme.chooseContrast('more'),
    unfilter: () => app.router.go({ near: undefined, search: '' }),
    explain() {
      const nodeId = card.node()
      if (nodeId !== undefined) app.explaining.ask(nodeId, '')
    },
    close: () => (card.isOpen() ? navigation.closeCard() : mapHere()?.leave()),
  }
  const onKey = (event: KeyboardEvent) => {
    const heard = heardCommand(event, { typing: isTyping(event), pressing: isPressing(event) })
    if (heard?.takesKey) event.preventDefault()
    if (heard) does[heard.command]()
  }
  document.addEventListener('keydown', onKey)
  onCleanup(() => document.removeEventListener('keydown', onKey))
  return {
    run: (command) => does[command](),
    openMenuOf(nodeId) {
      if (app.isMap()) map?.menu(nodeId)
      else acting.openMenu(app.nodeOf(nodeId), { x: window.innerWidth / 2, y: window.innerHeight / 4 })
    },
    pin: (nodeId) => mapHere()?.pin(nodeId),
    explain(nodeId) {
      const on = explainOn(app.nodeOf(card.node())?.id, nodeId)
      const other = on.other && nameOfNode(namesOfNodes(live.content().graph), on.other)
      app.explaining.ask(on.nodeId, other ?? '')
      if (on.opens) navigation.select({ kind: 'node', id: on.nodeId })
    },
    savePicture: save,
    takeMap(commands) {
      map = commands
    },
    takeSheet(printed) {
      sheet = printed
    },
    takeSearchInput(input) {
      searchInput = input
    },
  }
}
