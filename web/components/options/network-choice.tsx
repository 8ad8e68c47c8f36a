import { createSignal, createUniqueId, type JSX, onCleanup, Show } from 'solid-js'
import type { Network } from '../../domain/graph/networks.ts'
import type { Networks } from '../../state/view/networks.ts'
import { Icon } from '../icon/icon.tsx'
import { Keyed } from '../keyed/keyed.tsx'
import './network-choice.css'

/**
 * Shows the networks of the map or hides them, and lists those that are shown with the look of their bars: pointing at one highlights its
 * members, a press keeps them highlighted.
 */
export function NetworkChoice(props: { readonly networks: Networks }): JSX.Element {
  const hasRoom = () => window.innerWidth > 760
  const [isOpen, setOpen] = createSignal(hasRoom())
  const listId = createUniqueId()
  let unfold: HTMLButtonElement | undefined
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !props.networks.isShown() || !isOpen()) return
    // Escape closes only this list, not a card behind it.
    event.preventDefault()
    setOpen(false)
    unfold?.focus()
  }
  const toggle = () => {
    setOpen(hasRoom())
    props.networks.toggle()
  }
  return (
    <fieldset
      class="segments options-group network-choice"
      aria-label="Networks"
      data-testid="networks"
      onKeyDown={onKey}
    >
      <button type="button" class="segment" aria-pressed={props.networks.isShown()} onClick={toggle}>
        Networks
      </button>
      <Show when={props.networks.isShown()}>
        <button
          type="button"
          class="segment network-unfold"
          ref={unfold}
          aria-expanded={isOpen()}
          aria-controls={listId}
          aria-label={`List of ${props.networks.all().length} networks`}
          onClick={() => setOpen(!isOpen())}
        >
          {props.networks.all().length}
          <Icon name="right" />
        </button>
        <Show when={isOpen() && props.networks.all().length > 0}>
          {/* biome-ignore lint/a11y/noRedundantRoles: without bullets some browsers take the role away */}
          <ul role="list" class="network-list surface" id={listId} aria-label="Networks of the map">
            <Keyed each={props.networks.all()} by={({ name }) => name}>
              {(network) => <NetworkItem network={network()} networks={props.networks} />}
            </Keyed>
          </ul>
        </Show>
      </Show>
    </fieldset>
  )
}

function NetworkItem(props: { readonly network: Network; readonly networks: Networks }): JSX.Element {
  const point = () => props.networks.point(props.network.name)
  // Taken now, since by then there may be no networks to ask.
  const { networks } = props
  const { name } = props.network
  const leave = () => networks.leave(name)
  // What is removed under the pointer is not told that the pointer has left.
  onCleanup(leave)
  return (
    <li>
      <button
        type="button"
        class="network-item"
        data-testid="network"
        data-network={props.network.name}
        aria-pressed={props.networks.pinned() === props.network.name}
        title="Highlights its members; a press keeps them highlighted"
        onPointerEnter={point}
        onPointerLeave={leave}
        onFocus={point}
        onBlur={leave}
        onClick={() => props.networks.pin(props.network.name)}
      >
        <span
          class="network-bar"
          data-colour={props.network.look.colour}
          data-pattern={props.network.look.pattern}
          aria-hidden="true"
        />
        <span class="network-name">{props.network.name}</span>
        <span class="network-nodes">
          {props.network.nodes}
          <span class="for-readers">{props.network.nodes === 1 ? ' node' : ' nodes'}</span>
        </span>
      </button>
    </li>
  )
}
