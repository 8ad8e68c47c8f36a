import { createEffect, For, type JSX, on, onCleanup, onMount, Show } from 'solid-js'
import type { NodeSummary } from '../../../src/topology/types.ts'
import type { Details } from '../../state/details.ts'
import { Icon } from '../icon/icon.tsx'
import { Children } from './children.tsx'
import { Connections } from './connections.tsx'
import { Facts } from './facts.tsx'
import { Metrics } from './metrics.tsx'
import { Properties } from './properties.tsx'
import './card.css'

/** What {@link Card} shows and tells. */
export interface CardProps {
  readonly nodeId: string
  /** View id the node is shown in. */
  readonly view: string
  /** What the map knows of it, until the details are there. */
  readonly summary: NodeSummary | undefined
  readonly details: Details
  /** Name of a view by id. */
  readonly viewOf: (viewId: string) => string | undefined
  readonly onClose: () => void
  readonly onOpen: (viewId: string, nodeId: string) => void
}

/** All about one node. Escape closes it. */
export function Card(props: CardProps): JSX.Element {
  const node = () => props.details.node()
  const head = () => node() ?? props.summary
  let body: HTMLDivElement | undefined

  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.defaultPrevented) props.onClose()
  }
  onMount(() => document.addEventListener('keydown', onKey))
  onCleanup(() => document.removeEventListener('keydown', onKey))
  createEffect(
    on(
      () => props.nodeId,
      () => body?.scrollTo(0, 0),
      { defer: true },
    ),
  )

  return (
    <aside class="card surface" data-testid="card" aria-label={`Details of ${head()?.label ?? 'a node'}`}>
      <header class="card-head">
        <div class="card-title">
          <h2 data-testid="card-title" title={head()?.label}>
            {head()?.label ?? (props.details.gone() ? 'Not found' : 'Loading')}
          </h2>
          <p class="card-minor">
            <Show when={head()?.state}>
              {(state) => (
                <span class="card-state" data-state={state()}>
                  {state()}
                </span>
              )}
            </Show>
            <span>{head()?.labelMinor}</span>
          </p>
        </div>
        <button
          type="button"
          class="card-close"
          aria-label="Close details"
          data-testid="card-close"
          onClick={() => props.onClose()}
        >
          <Icon name="close" />
        </button>
      </header>
      <div
        class="card-body"
        ref={(element) => {
          body = element
        }}
      >
        <Show when={props.details.gone()}>
          <p class="card-note" role="status" data-testid="card-gone">
            {head()
              ? `${head()?.label} is gone. What is shown is the last that was known.`
              : 'This node is not here: it has gone, or the options hide it.'}
          </p>
        </Show>
        <Show when={props.details.failure()}>
          {(failure) => (
            <p class="card-note" role="status">
              Details could not be read: {failure().message} Trying again.
            </p>
          )}
        </Show>
        <Show when={(head()?.parents?.length ?? 0) > 0}>
          <ul class="card-parents" aria-label="Belongs to">
            <For each={head()?.parents}>
              {(parent) => (
                <li>
                  <button
                    type="button"
                    class="chip"
                    data-testid="parent"
                    title={`Show in ${props.viewOf(parent.topologyId) ?? parent.topologyId}`}
                    onClick={() => props.onOpen(parent.topologyId, parent.id)}
                  >
                    <span class="chip-kind">{props.viewOf(parent.topologyId) ?? parent.topologyId}</span>
                    <span class="chip-name">{parent.label}</span>
                  </button>
                </li>
              )}
            </For>
          </ul>
        </Show>
        <Metrics metrics={head()?.metrics ?? []} />
        <Facts rows={head()?.metadata ?? []} />
        <For each={node()?.connections ?? []}>
          {(table) => <Connections table={table} onOpen={(id) => props.onOpen(props.view, id)} />}
        </For>
        <For each={node()?.children ?? []}>
          {(group) => <Children group={group} onOpen={(id) => props.onOpen(group.topologyId, id)} />}
        </For>
        <For each={node()?.tables ?? []}>{(table) => <Properties table={table} />}</For>
      </div>
    </aside>
  )
}
