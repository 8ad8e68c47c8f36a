import { createEffect, createSignal, type JSX, on, onCleanup, onMount, Show } from 'solid-js'
import type { OfferedControl } from '../../../src/api/control.ts'
import type { NodeSummary } from '../../../src/api/types.ts'
import { withArgumentsWords } from '../../domain/control/arguments.ts'
import { controlIcon } from '../../domain/control/control-icon.ts'
import { menuNote, menuPlace, menuStep } from '../../domain/control/menu.ts'
import { leadsTo, offerTitle } from '../../domain/control/offer.ts'
import { settings } from '../../settings.ts'
import type { Acting } from '../../state/acting/acting.ts'
import type { OpenMenu } from '../../state/acting/node-menu.ts'
import { giveFocusBack } from '../../state/page/give-focus.ts'
import { Icon, type IconName } from '../icon/icon.tsx'
import { idOf, Keyed } from '../keyed/keyed.tsx'

/** Props of {@link NodeMenu}. */
export interface NodeMenuProps {
  readonly acting: Acting
  readonly menu: OpenMenu
  /** Whether the node is on the map still. */
  readonly onMap: boolean
  /** The node stands for a closed group. */
  readonly isGroup: boolean
  /** The open group that the node is in. */
  readonly around: NodeSummary['group']
  readonly onOpen: (nodeId: string) => void
  readonly onOpenGroup: (nodeId: string) => void
  readonly onCloseGroup: (groupId: string) => void
  /** Ids of the nodes of the map that are pinned; undefined while no map is shown. */
  readonly pinned: ReadonlySet<string> | undefined
  /** Pins the node, or lets go of it. */
  readonly onPin: (nodeId: string) => void
  readonly onUnpinAll: () => void
  /** Name of the other node whose card is open. */
  readonly explainTo: string | undefined
  /** Explains why the node is not connected to that one, or asks to which. */
  readonly onExplain: (nodeId: string) => void
}

interface Item {
  readonly id: string
  readonly name: string
  readonly icon: IconName
  readonly title?: string
  /** Why nothing happens when it is chosen. */
  readonly refused?: string
  /** A line is drawn above it. */
  readonly first?: boolean
  readonly choose: () => void
}

/**
 * The menu at a node of the map: its card, and what can be done to it. The arrow keys go from item to item, Enter chooses,
 * Escape, Tab and a press outside of it close it. Then the focus goes back to where it was.
 */
export function NodeMenu(props: NodeMenuProps): JSX.Element {
  const [place, setPlace] = createSignal(props.menu.at)
  let menu!: HTMLElement
  const before = document.activeElement

  const close = () => props.acting.menu.close()
  const closeAndReturn = () => {
    giveFocusBack(before)
    close()
  }
  const items = (): readonly Item[] => {
    const { node, controls } = props.menu
    const own: Item[] = [
      { id: 'details', name: 'Details', icon: 'right', choose: () => props.onOpen(node.id) },
    ]
    if (props.isGroup)
      own.push({ id: 'group', name: 'Open the group', icon: 'fit', choose: () => props.onOpenGroup(node.id) })
    const { around } = props
    if (around) {
      const choose = () => props.onCloseGroup(around.id)
      own.push({ id: 'group', name: `Close ${around.label}`, icon: 'close', choose })
    }
    const offered = (controls ?? []).flatMap((control, at) => itemsOf(control, at === 0))
    const explain: Item = {
      ...{
        id: 'explain',
        name: `Explain connection to ${props.explainTo ?? '…'}`,
        icon: 'search',
        first: true,
      },
      choose: () => props.onExplain(node.id),
    }
    // Below, so that the first letters of controls lead to these.
    return [...own, ...offered, ...(props.onMap ? [explain] : []), ...pinItems()]
  }
  const pinItems = (): Item[] => {
    const { pinned } = props
    const { id } = props.menu.node
    if (!pinned) return []
    const name = pinned.has(id) ? 'Unpin' : 'Pin it here'
    const one: Item = { id: 'pin', name, icon: 'pin', choose: () => props.onPin(id) }
    if (pinned.size < 2) return [one]
    return [one, { id: 'unpin-all', name: `Unpin all ${pinned.size}`, icon: 'pin', choose: props.onUnpinAll }]
  }
  /** A control, and below it the same with arguments, if it has any. */
  const itemsOf = (control: OfferedControl, first: boolean): Item[] => {
    const { node } = props.menu
    const isRefused = leadsTo(control, props.acting.who()) === 'nowhere'
    const usual: Item = {
      id: `${control.id} ${control.probeId} ${control.nodeId}`,
      name: control.confirmation === undefined ? control.human : `${control.human} …`,
      icon: controlIcon(control.icon),
      title: offerTitle(control, props.acting.who()),
      first,
      ...(isRefused ? { refused: control.refused ?? '' } : {}),
      choose: () => props.acting.press(node, control),
    }
    const name = withArgumentsWords(control)
    if (name === undefined) return [usual]
    const choose = () => props.acting.pressWithArguments(node, control)
    return [usual, { ...usual, id: `${usual.id} arguments`, name, first: false, choose }]
  }
  const note = () => {
    const { controls, failure, node } = props.menu
    return menuNote({ label: node.label, onMap: props.onMap, offered: controls?.length, failure })
  }
  const buttons = () => [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')]
  const choose = (item: Item) => {
    if (item.refused !== undefined || !props.onMap) return
    closeAndReturn()
    item.choose()
  }

  const onKey = (event: KeyboardEvent) => {
    // The keys of the map and of the card are not heard while the menu is open, but those that zoom are.
    if (['+', '=', '-', '0'].includes(event.key)) return
    event.stopPropagation()
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault()
      return closeAndReturn()
    }
    const all = buttons()
    const at = all.indexOf(document.activeElement as HTMLElement)
    const next = menuStep(
      event.key,
      at,
      items().map(({ name }) => name),
    )
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    all[next]?.focus()
  }
  const onPress = (event: Event) => {
    if (!(event.target instanceof Node && menu.contains(event.target))) close()
  }
  const put = () => {
    const { width, height } = menu.getBoundingClientRect()
    const size = { width: window.innerWidth, height: window.innerHeight }
    setPlace(menuPlace(props.menu.at, { width, height }, size, settings.controls.menuHeight))
  }
  onMount(() => {
    // Listeners of the element itself, because Solid's are called only once an event has reached the document.
    menu.addEventListener('keydown', onKey)
    menu.addEventListener('contextmenu', (event) => event.preventDefault())
    document.addEventListener('pointerdown', onPress, true)
    window.addEventListener('resize', close)
    put()
    buttons()[0]?.focus({ preventScroll: true })
  })
  onCleanup(() => {
    document.removeEventListener('pointerdown', onPress, true)
    window.removeEventListener('resize', close)
  })
  createEffect(on([() => props.menu.controls, () => props.menu.failure], put, { defer: true }))

  return (
    <section
      class="node-menu surface"
      aria-label={`Menu of ${props.menu.node.label}`}
      data-testid="node-menu"
      data-ready={props.menu.controls !== undefined}
      style={{ left: `${place().x}px`, top: `${place().y}px` }}
      ref={(element) => {
        menu = element
      }}
    >
      <p class="node-menu-name" aria-hidden="true">
        {props.menu.node.label} <span>{props.menu.node.labelMinor}</span>
      </p>
      <div
        role="menu"
        tabindex="-1"
        aria-label={`${props.menu.node.label} ${props.menu.node.labelMinor}`.trim()}
      >
        <Keyed each={items()} by={idOf}>
          {(item) => (
            <button
              type="button"
              class="node-menu-item"
              role="menuitem"
              tabindex="-1"
              data-testid="menu-item"
              data-first={item().first}
              title={item().title}
              aria-disabled={item().refused !== undefined || !props.onMap}
              onPointerMove={({ currentTarget }) => currentTarget.focus({ preventScroll: true })}
              onClick={() => choose(item())}
            >
              <Icon name={item().icon} />
              <span class="node-menu-text">
                {item().name}
                <Show when={item().refused}>
                  <small>{item().refused}</small>
                </Show>
              </span>
            </button>
          )}
        </Keyed>
      </div>
      <p class="node-menu-note" role="status">
        {note()}
      </p>
    </section>
  )
}
