import { createEffect, type JSX, Match, on, Show, Switch } from 'solid-js'
import type { Controllable } from '../../../src/api/control.ts'
import { argumentWords } from '../../domain/control/arguments.ts'
import { batchQuestion, batchWords, choosingWords, progressWords } from '../../domain/control/batch.ts'
import { controlIcon } from '../../domain/control/control-icon.ts'
import { impactOfSeveral } from '../../domain/control/impact.ts'
import { leadsTo } from '../../domain/control/offer.ts'
import { count, plural } from '../../domain/words/format.ts'
import type { Acting } from '../../state/acting/acting.ts'
import type { Batch } from '../../state/acting/batch.ts'
import { submitByEnter } from '../form/submit-by-enter.ts'
import { Icon } from '../icon/icon.tsx'
import { idOf, Keyed } from '../keyed/keyed.tsx'
import { Modal } from '../modal/modal.tsx'
import { ArgumentFields } from './argument-fields.tsx'
import { BatchItem } from './batch-item.tsx'

/** Acting on all nodes that a query selects: which, with what control, and what came of it for each. */
export function BatchDialog(props: { readonly acting: Acting }): JSX.Element {
  const batch = () => props.acting.batch
  const phase = () => batch().phase()
  return (
    <Modal
      open={phase() !== 'closed'}
      label="Act on several nodes"
      class="batch"
      testId="batch"
      section={phase()}
      stays
      onClose={() => (phase() === 'confirming' || phase() === 'asking' ? batch().back() : batch().close())}
    >
      <div class="batch-head">
        <div>
          <h2>{title(batch().nodes(), phase() === 'looking')}</h2>
          <p class="mono batch-query">{batch().query()}</p>
        </div>
        <button
          type="button"
          class="card-close"
          aria-label="Close"
          data-testid="batch-close"
          disabled={phase() === 'running'}
          onClick={() => batch().close()}
        >
          <Icon name="close" />
        </button>
      </div>
      <Show when={phase() !== 'looking' && batch().nodes().length > 0}>
        <Choices acting={props.acting} />
        <Arguments batch={batch()} />
        <div class="batch-list-head">
          <button
            type="button"
            class="card-more"
            data-testid="toggle-all"
            disabled={phase() !== 'choosing' || batch().choice() === undefined}
            onClick={() => batch().toggleAll()}
          >
            All, or none
          </button>
          <Show when={batch().leftOut()}>
            <span>{batch().leftOut()}</span>
          </Show>
        </div>
        <ul class="batch-list" aria-label="Nodes">
          <Keyed each={batch().nodes()} by={idOf}>
            {(node) => <BatchItem batch={batch()} node={node()} />}
          </Keyed>
        </ul>
      </Show>
      <Foot acting={props.acting} />
    </Modal>
  )
}

function title(nodes: readonly Controllable[], isLooking: boolean): string {
  return isLooking ? 'Act on what matches' : `Act on ${plural(nodes.length, 'node')}`
}

/** What can be done, as buttons of which one is chosen. */
function Choices(props: { readonly acting: Acting }): JSX.Element {
  const batch = () => props.acting.batch
  let row: HTMLFieldSetElement | undefined
  createEffect(
    on(batch().phase, (phase) => {
      if (phase === 'choosing' && batch().choice() === undefined)
        queueMicrotask(() => row?.querySelector<HTMLElement>('button:not(:disabled)')?.focus())
    }),
  )
  return (
    <fieldset
      class="controls-row batch-choices"
      aria-label="What to do"
      disabled={batch().phase() !== 'choosing'}
      ref={(element) => {
        row = element
      }}
    >
      <Keyed each={batch().choices()} by={idOf}>
        {(choice) => {
          const leads = () => leadsTo(choice().control, props.acting.who())
          return (
            <button
              type="button"
              class="control"
              data-testid="batch-choice"
              data-control={choice().id}
              aria-pressed={batch().choice()?.id === choice().id}
              title={choice().nodes === 0 ? choice().control.refused : undefined}
              disabled={choice().nodes === 0 && leads() !== 'sign-in'}
              onClick={() => {
                if (choice().nodes > 0) return batch().choose(choice().id)
                batch().close()
                props.acting.signIn()
              }}
            >
              <Icon name={controlIcon(choice().control.icon)} />
              <span>{choice().control.human}</span>
              <span class="control-count">{count(choice().nodes)}</span>
            </button>
          )
        }}
      </Keyed>
    </fieldset>
  )
}

/** What the chosen control can be told, the same for all nodes. */
function Arguments(props: { readonly batch: Batch }): JSX.Element {
  return (
    <Show when={props.batch.choice()?.control.arguments}>
      {(described) => (
        <form
          class="batch-arguments"
          autocomplete="off"
          data-testid="batch-arguments"
          ref={submitByEnter}
          onSubmit={(event) => {
            event.preventDefault()
            void props.batch.proceed()
          }}
        >
          <fieldset class="controls-row" aria-label="Arguments" disabled={props.batch.phase() !== 'choosing'}>
            <ArgumentFields arguments={described()} values={props.batch.values()} onFill={props.batch.fill} />
          </fieldset>
          {/* Without one, Enter in a field would not submit it. */}
          <button type="submit" hidden />
        </form>
      )}
    </Show>
  )
}

/** What is said of the whole, and the buttons that go on or back. */
function Foot(props: { readonly acting: Acting }): JSX.Element {
  const batch = () => props.acting.batch
  const choice = () => batch().choice()
  const human = () => choice()?.control.human ?? ''
  const words = () => batchWords(human(), batch().chosen().length)
  const question = () => {
    const chosen = choice()
    return chosen ? batchQuestion(chosen.control, batch().chosen().length) : ''
  }
  const filled = () => argumentWords(choice()?.control.arguments ?? [], batch().values())
  const failure = () => batch().failure()
  let foot!: HTMLElement
  // The focus goes along: first to what is safe.
  createEffect(
    on(batch().phase, (phase) => {
      if (phase === 'asking' || phase === 'confirming' || phase === 'running' || phase === 'over')
        queueMicrotask(() => foot.querySelector<HTMLElement>('[data-safe]')?.focus())
    }),
  )
  const close = (label: string) => (
    <button type="button" class="button" data-safe data-testid="batch-cancel" onClick={() => batch().close()}>
      {label}
    </button>
  )
  return (
    <div class="batch-foot" ref={(element) => (foot = element)}>
      <div role="status" data-testid="batch-words">
        <Switch>
          <Match when={batch().phase() === 'looking'}>{failure() ?? 'Asking what matches …'}</Match>
          <Match when={batch().phase() === 'choosing'}>
            {failure() ?? choosingWords(batch().nodes(), choice() !== undefined, batch().obstacle())}
          </Match>
          <Match when={batch().phase() === 'asking'}>Asking who is connected now …</Match>
          <Match when={batch().phase() === 'confirming'}>
            <b>{question()}</b> {filled()} {failure() ?? impactOfSeveral(batch().chosen())}
          </Match>
          <Match when={true}>{progressWords(batch().steps())}</Match>
        </Switch>
      </div>
      <div class="form-buttons">
        <Switch>
          <Match when={batch().phase() === 'looking'}>{close('Cancel')}</Match>
          <Match when={batch().phase() === 'choosing'}>
            {close('Cancel')}
            <button
              type="button"
              class="button"
              data-kind="main"
              data-testid="batch-go"
              disabled={batch().chosen().length === 0 || batch().obstacle() !== undefined}
              onClick={() => void batch().proceed()}
            >
              {choice() === undefined ? 'Choose what to do' : words()}
              <Show when={choice()?.control.confirmation}> …</Show>
            </button>
          </Match>
          <Match when={batch().phase() === 'asking' || batch().phase() === 'confirming'}>
            <button
              type="button"
              class="button"
              data-safe
              data-testid="batch-back"
              onClick={() => batch().back()}
            >
              Back
            </button>
            <button
              type="button"
              class="button"
              data-kind="danger"
              data-testid="batch-agree"
              disabled={batch().phase() !== 'confirming'}
              onClick={() => void batch().agree()}
            >
              {words()}
            </button>
          </Match>
          <Match when={batch().phase() === 'running'}>
            <button
              type="button"
              class="button"
              data-safe
              data-testid="batch-stop"
              onClick={() => batch().stop()}
            >
              Leave the rest
            </button>
          </Match>
          <Match when={batch().phase() === 'over'}>{close('Close')}</Match>
        </Switch>
      </div>
    </div>
  )
}
