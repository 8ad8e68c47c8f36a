import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { fetchAudit } from '../../data/account.ts'
import { auditLine } from '../../domain/account/audit-lines.ts'
import { exactTime } from '../../domain/account/moment.ts'
import { settings } from '../../settings.ts'
import { createLoaded } from '../../state/account/loaded.ts'
import { Failure } from '../form/failure.tsx'

/** The audit log, newest first: who did or tried what, from where, and how it went. */
export function Audit(): JSX.Element {
  const { auditStep, auditMost } = settings.data
  const [limit, setLimit] = createSignal<number>(auditStep)
  const audit = createLoaded(() => fetchAudit(limit()))
  const lines = createMemo(() => audit.answer()?.entries.map(auditLine) ?? [])
  const showMore = () => {
    setLimit(Math.min(auditMost, limit() + auditStep))
    void audit.load()
  }
  return (
    <section aria-labelledby="audit-title" data-testid="audit">
      <div class="account-title">
        <h2 id="audit-title">Audit log</h2>
        <button type="button" class="button" data-testid="audit-reload" onClick={() => void audit.load()}>
          Reload
        </button>
      </div>
      <Failure words={audit.failure()?.message} />
      <Show when={audit.answer() && lines().length === 0}>
        <p class="account-minor">Nothing has been recorded yet.</p>
      </Show>
      <Show when={lines().length > 0}>
        <table class="audit" aria-labelledby="audit-title">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">From</th>
              <th scope="col">What</th>
              <th scope="col">Result</th>
            </tr>
          </thead>
          <tbody>
            <For each={lines()}>
              {(line) => (
                <tr data-testid="audit-entry" data-result={line.result}>
                  <td>
                    <time datetime={line.at}>{exactTime(line.at)}</time>
                  </td>
                  <td>{line.who}</td>
                  <td>{line.from}</td>
                  <td class="audit-text">{line.what}</td>
                  <td class="audit-text audit-outcome">{line.outcome}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
      <Show when={lines().length >= limit() && limit() < auditMost}>
        <button type="button" class="button" onClick={showMore}>
          Show more
        </button>
      </Show>
      <p class="account-minor">
        The whole log is on the machine: <code>scope audit</code> prints it, and{' '}
        <code>scope audit --verify</code> checks that nothing was changed or taken out.
      </p>
    </section>
  )
}
