import { createMemo, createSignal, For, type JSX, onCleanup, onMount, Show } from 'solid-js'
import type { ProbeSummary } from '../../../src/topology/types.ts'
import { bytes, count, percent, words } from '../../domain/format.ts'
import { health } from '../../domain/health.ts'
import { Icon } from '../icon/icon.tsx'

/** One line on all probes; a press shows each with its collectors and the reasons. */
export function ProbeHealth(props: { readonly probes: readonly ProbeSummary[] | undefined }): JSX.Element {
  const [open, setOpen] = createSignal(false)
  const summary = createMemo(() => health(props.probes))
  let root: HTMLDivElement | undefined

  const onPress = (event: PointerEvent) => {
    if (open() && !(event.target instanceof Node && root?.contains(event.target))) setOpen(false)
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open()) return
    event.stopPropagation()
    setOpen(false)
  }
  onMount(() => {
    document.addEventListener('pointerdown', onPress)
    document.addEventListener('keydown', onKey, true)
  })
  onCleanup(() => {
    document.removeEventListener('pointerdown', onPress)
    document.removeEventListener('keydown', onKey, true)
  })

  return (
    <Show when={summary()}>
      {(now) => (
        <div
          class="health"
          ref={(element) => {
            root = element
          }}
        >
          <button
            type="button"
            class="health-line"
            data-testid="health"
            data-tone={now().tone}
            aria-expanded={open()}
            title={now().reasons.join('\n')}
            onClick={() => setOpen(!open())}
          >
            <Show when={now().tone === 'ok'} fallback={<Icon name="warning" />}>
              <i class="dot" />
            </Show>
            <span class="health-text">{now().parts.join(' · ')}</span>
          </button>
          <Show when={open()}>
            <section class="health-panel surface" aria-label="Probes">
              <For each={now().reasons}>{(reason) => <p class="health-reason">{reason}</p>}</For>
              <For each={props.probes}>{(probe) => <ProbeRow probe={probe} />}</For>
            </section>
          </Show>
        </div>
      )}
    </Show>
  )
}

function ProbeRow(props: { readonly probe: ProbeSummary }): JSX.Element {
  const cost = () => {
    const { cpuPercent, rssBytes, version } = props.probe
    const parts = [`version ${version}`, bytes(rssBytes)]
    if (cpuPercent !== null) parts.push(`${percent(cpuPercent)} of one core`)
    return parts.join(' · ')
  }
  return (
    <div class="health-probe">
      <h2>{props.probe.hostname}</h2>
      <p class="health-cost">{cost()}</p>
      <ul>
        <For each={props.probe.collectors}>
          {(collector) => (
            <li data-state={collector.state}>
              <i class="dot health-dot" />
              <span class="health-name">{collector.id}</span>
              <span>{collector.mode === 'ebpf' ? 'eBPF' : collector.mode}</span>
              <span class="health-why">
                {[
                  collector.reason,
                  ...Object.entries(collector.counters)
                    .filter(([, value]) => value > 0)
                    .map(([name, value]) => `${count(value)} ${words(name)}`),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </li>
          )}
        </For>
      </ul>
    </div>
  )
}
