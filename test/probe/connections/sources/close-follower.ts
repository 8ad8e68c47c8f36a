import { createLogger } from '../../../../src/log/log.ts'
import { chooseSource } from '../../../../src/probe/connections/sources/choose-source.ts'
import { defaultPace } from '../../../../src/probe/connections/sources/ebpf/ebpf-source.ts'
import type { ConnectionEvent } from '../../../../src/probe/connections/sources/events.ts'
import { monotonicMs } from '../../../../src/probe/connections/sources/monotonic.ts'
import { PollingSource } from '../../../../src/probe/connections/sources/proc/polling-source.ts'
import type { ConnectionSource } from '../../../../src/probe/connections/sources/source.ts'
import type { ConnectionTable } from '../../../../src/probe/connections/table/connection-table.ts'
import { eventually } from '../../../support/eventually.ts'

const log = createLogger({ format: 'text', debug: false, write: () => {} })

/** A source that often looks at all sockets. */
export interface CloseFollower {
  readonly source: ConnectionSource
  /** Waits for several complete looks: what two in a row do not find, the table gives up. */
  severalLooks(): Promise<unknown>
  /** The events so far, without what the looks found. */
  readonly told: readonly ConnectionEvent[]
}

/** Starts a source for a table. @param ebpf whether it traces, or polls */
export const startCloseFollower = async (ebpf: boolean, table: ConnectionTable): Promise<CloseFollower> => {
  const source = ebpf
    ? await chooseSource({
        ...{ ebpf, procRoot: '/proc', env: process.env, log },
        pace: { ...defaultPace, heldSockets: { everyMs: [100, 100], budget: 1 } },
      })
    : new PollingSource({ procRoot: '/proc', because: 'it is tested', intervalMs: 100, budget: 1 })
  const told: ConnectionEvent[] = []
  let walks = 0
  source.start({
    apply: (events) => {
      told.push(...events)
      table.apply(events)
    },
    reconcile: (sockets) => {
      table.reconcile(sockets)
      walks += 1
    },
    waiting: (events) => table.waiting(events),
  })
  const looks = (): number => (ebpf ? walks : Number(source.status().counters.polls))
  const severalLooks = () => {
    const until = looks() + 3
    return eventually('several looks', () => {
      source.refresh()
      table.settle(monotonicMs())
      return looks() >= until
    })
  }
  return { source, told, severalLooks }
}
