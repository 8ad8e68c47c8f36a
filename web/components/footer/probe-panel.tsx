import { Index, type JSX, Show } from 'solid-js'
import type { ProbeSummary } from '../../../src/api/types.ts'
import { collectorLines, probeFacts, tracingWords } from '../../domain/health/probe-facts.ts'
import { HealthFacts } from '../health-facts/health-facts.tsx'
import { idOf, Keyed } from '../keyed/keyed.tsx'

/** Props of {@link ProbePanel}. */
export interface ProbePanelProps {
  /** Why not all is well; empty when it is. */
  readonly reasons: readonly string[]
  readonly probes: readonly ProbeSummary[]
  /** When the app told of them. */
  readonly nowMs: number
}

/** Each probe with its collectors, and the reasons why not all is well. */
export function ProbePanel(props: ProbePanelProps): JSX.Element {
  return (
    // Focusable, so that the arrow keys scroll it: it has no buttons.
    <section class="health-panel surface" aria-label="Probes" tabindex="0" data-testid="health-panel">
      <Index each={props.reasons}>{(reason) => <p class="health-reason">{reason()}</p>}</Index>
      <Keyed each={props.probes} by={idOf}>
        {(probe) => <ProbeRow probe={probe()} nowMs={props.nowMs} />}
      </Keyed>
    </section>
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
      <HealthFacts facts={probeFacts(props.probe, props.nowMs)} />
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
