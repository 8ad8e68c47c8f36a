import { createEffect, createMemo, For, type JSX, on, Show } from 'solid-js'
import type { OfferedControl } from '../../../src/api/control.ts'
import { withArgumentsWords } from '../../domain/control/arguments.ts'
import { controlIcon } from '../../domain/control/control-icon.ts'
import { leadsTo, offerTitle, refusals, refusalWords } from '../../domain/control/offer.ts'
import type { Acting } from '../../state/acting/acting.ts'
import type { ActedOn } from '../../state/acting/runs.ts'
import { Icon } from '../icon/icon.tsx'
import { Keyed } from '../keyed/keyed.tsx'
import { RunLine } from './run-line.tsx'
import './controls.css'

/** Props of {@link ControlButtons}. */
export interface ControlButtonsProps {
  readonly acting: Acting
  readonly node: ActedOn
  /** What the node offers, by rank. */
  readonly controls: readonly OfferedControl[]
}

/** The part of a card in which one acts on its node: a button for each control, and what came of those that were used. */
export function ControlButtons(props: ControlButtonsProps): JSX.Element {
  let row: HTMLFieldSetElement | undefined
  let focused: { readonly key: string; readonly at: number } | undefined
  const keys = createMemo(() => props.controls.map(keyOf))
  const who = () => props.acting.who()
  const runs = () => props.acting.runs.of(props.node.id)
  const isUnderWay = (control: OfferedControl) =>
    runs().some((run) => run.state === 'running' && keyOf(run.control) === keyOf(control))
  const refused = createMemo(() =>
    refusals(props.controls, who()).map((one) => refusalWords(one, props.controls.length)),
  )
  const press = (control: OfferedControl) => props.acting.press(props.node, control)
  // A button that has the focus goes when it is no longer offered, as "Pause" once it is done. The focus then stays near.
  createEffect(
    on(keys, (now) => {
      if (!focused || now.includes(focused.key) || document.activeElement !== document.body) return
      const buttons = row?.querySelectorAll('button') ?? []
      buttons[Math.min(focused.at, buttons.length - 1)]?.focus()
    }),
  )
  return (
    <Show when={props.controls.length > 0 || runs().length > 0}>
      <section class="controls" aria-label="Controls" data-testid="controls">
        <fieldset
          class="controls-row"
          aria-label={`Act on ${props.node.label}`}
          ref={(element) => {
            row = element
          }}
          onFocusIn={({ target }) => {
            const at = [...(row?.querySelectorAll('button') ?? [])].indexOf(target as HTMLButtonElement)
            const key = target.closest<HTMLElement>('[data-key]')?.dataset.key
            focused = key === undefined ? undefined : { key, at }
          }}
          onFocusOut={({ target }) => {
            // Not when the button is gone, only when the focus was taken elsewhere.
            queueMicrotask(() => {
              if (target.isConnected && document.activeElement !== target) focused = undefined
            })
          }}
        >
          <Keyed each={props.controls} by={keyOf}>
            {(control) => (
              <span class="control-pair" data-key={keyOf(control())}>
                <button
                  type="button"
                  class="control"
                  data-testid="control"
                  data-control={control().id}
                  title={offerTitle(control(), who())}
                  aria-busy={isUnderWay(control())}
                  aria-disabled={leadsTo(control(), who()) === 'nowhere'}
                  onClick={() => press(control())}
                >
                  <Icon name={controlIcon(control().icon)} />
                  <span>{control().human}</span>
                </button>
                <Show when={withArgumentsWords(control())}>
                  {(words) => (
                    <button
                      type="button"
                      class="control control-more"
                      data-testid="control-arguments"
                      data-control={control().id}
                      title={words()}
                      aria-label={words()}
                      aria-haspopup="dialog"
                      aria-disabled={leadsTo(control(), who()) === 'nowhere'}
                      onClick={() => props.acting.pressWithArguments(props.node, control())}
                    >
                      …
                    </button>
                  )}
                </Show>
              </span>
            )}
          </Keyed>
        </fieldset>
        <For each={refused()}>
          {(words) => (
            <p class="controls-refused" data-testid="refused">
              {words}
            </p>
          )}
        </For>
        <div role="status" data-testid="runs">
          <Keyed each={runs()} by={({ id }) => String(id)}>
            {(run) => <RunLine run={run()} onForget={() => props.acting.runs.forget(run().id)} />}
          </Keyed>
        </div>
      </section>
    </Show>
  )
}

/** A group's card may offer the same control of several probes. */
function keyOf({ probeId, nodeId, id }: OfferedControl): string {
  return `${id} ${probeId} ${nodeId}`
}
