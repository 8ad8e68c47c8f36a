import { createMemo, Index, type JSX, Show } from 'solid-js'
import type { ProbeSummary } from '../../../src/api/types.ts'
import { health } from '../../domain/health/health.ts'
import { collectorLines, probeFacts, tracingWords } from '../../domain/health/probe-facts.ts'
import { createDisclosure } from '../../state/page/disclosure.ts'
import { Icon } from '../icon/icon.tsx'
import { idOf, Keyed, labelOf } from '../keyed/keyed.tsx'

/** The health of all probes in one line. A press opens a panel with each probe, its collectors, and the reasons. */
export function ProbeHealth(props: { readonly probes: readonly ProbeSummary[] | undefined }): JSX.Element {
  const summary = createMemo(() => health(props.probes))
  // Changes only with each answer: the panel's times are relative to when the answer was received.
  const nowMs = createMemo(() => (props.probes ? Date.now() : 0))
  const panel = createDisclosure()

  return (
    <Show when={summary()}>
      {(now) => (
        <div class="health" ref={panel.root}>
          <button
            type="button"
            class="health-line"
            data-testid="health"
            data-tone={now().tone}
            aria-expanded={panel.isOpen()}
            title={now().reasons.join('\n')}
            onClick={() => panel.set(!panel.isOpen())}
          >
            <Show when={now().tone === 'ok'} fallback={<Icon name="warning" />}>
              <i class="dot" />
            </Show>
            <span class="health-text">{now().parts.join(' · ')}</span>
          </button>
          <Show when={panel.isOpen()}>
            {/* Focusable, so that the arrow keys scroll it: it has no buttons. */}
            <section class="health-panel surface" aria-label="Probes" tabindex="0" data-testid="health-panel">
              <Index each={now().reasons}>{(reason) => <p class="health-reason">{reason()}</p>}</Index>
              <Keyed each={props.probes ?? []} by={idOf}>
                {(probe) => <ProbeRow probe={probe()} nowMs={nowMs()} />}
              </Keyed>
            </section>
          </Show>
        </div>
      )}
    </Show>
  )
}

function ProbeRow(props: { readonly probe: ProbeSummary; readonly nowMs: number }): JSX.Element {
  const tracing = () => tracingWords(props.probe)
  return (
    <div class="health-probe" data-testid="probe">
      <h2>
        {props.probe.hostname}
        <span class="health-version">version {props.probe.version}</span>
      </h2>
      <p class="health-tracing" data-tone={tracing().tone} data-testid="probe-tracing">
        {tracing().text}
      </p>
      <dl class="health-facts">
        <Keyed each={probeFacts(props.probe, props.nowMs)} by={labelOf}>
          {(fact) => (
            <div data-tone={fact().tone}>
              <dt>{fact().label}</dt>
              <dd>{fact().value}</dd>
            </div>
          )}
        </Keyed>
      </dl>
      <ul>
        <Keyed each={collectorLines(props.probe)} by={idOf}>
          {(line) => (
            <li data-state={line().state} data-testid="collector" data-id={line().id}>
              <i class="dot health-dot" />
              <span>{line().name}</span>
              <span>
                {line().mode}
                <Show when={line().words}>
                  <span class="health-why">{` · ${line().words}`}</span>
                </Show>
              </span>
            </li>
          )}
        </Keyed>
      </ul>
    </div>
  )
}
