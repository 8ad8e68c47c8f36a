import { createUniqueId, type JSX, Show } from 'solid-js'
import type { Controllable } from '../../../src/api/control.ts'
import { impactShort } from '../../domain/control/impact.ts'
import type { Batch } from '../../state/acting/batch.ts'

/** One of several nodes to act on: whether it is among them, who is connected, and what came of it. */
export function BatchItem(props: { readonly batch: Batch; readonly node: Controllable }): JSX.Element {
  const id = createUniqueId()
  const fit = () => props.batch.fit(props.node.id)
  const step = () => props.batch.step(props.node.id)
  const why = () => {
    const now = fit()
    return now?.kind === 'not' ? now.why : undefined
  }
  return (
    <li class="batch-item" data-testid="batch-item" data-id={props.node.id} data-state={step()?.state}>
      <input
        id={id}
        type="checkbox"
        checked={fit() === undefined || props.batch.isChosen(props.node.id)}
        disabled={props.batch.phase() !== 'choosing' || fit()?.kind !== 'may'}
        onChange={() => props.batch.toggle(props.node.id)}
      />
      <label for={id}>
        <span class="batch-name">{props.node.label}</span>
        <span class="batch-minor">{props.node.labelMinor}</span>
      </label>
      <span class="batch-impact" title={props.node.clients.names.join(', ')}>
        {impactShort(props.node.clients)}
      </span>
      <Show when={step()?.words ?? why()}>
        <span class="batch-words">{step()?.words || why()}</span>
      </Show>
    </li>
  )
}
