import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Guard } from '../log/faults.ts'
import type { Logger } from '../log/log.ts'
import { onEveryLan } from './every-lan.ts'
import { type AnnouncedApp, SERVICE_TYPE, txtOf } from './scope-service.ts'

/** What {@link announceApp} needs. */
export interface AnnounceOptions extends AnnouncedApp {
  /** The IPv4 address at which the app listens; undefined when it listens on all. */
  readonly address: string | undefined
  readonly log: Logger
  /** See {@link onEveryLan}. */
  readonly guard: Guard
}

/**
 * Announces an app on the local networks as `_scope._tcp`, until it is stopped. Each start has a name of its own, since two
 * machines may have the same host name.
 */
export const announceApp = ({
  port,
  tls,
  address,
  log,
  guard,
}: AnnounceOptions): { stop(): Promise<void> } => {
  const id = randomBytes(4).toString('hex')
  const name = `${hostname()} ${port} ${id}`
  return onEveryLan({
    ...{ log, guard },
    ...(address !== undefined && { isWanted: (one) => one === address }),
    joined: (bonjour, at) => {
      log.info('the app is announced to probes on the local network', { address: at, port })
      bonjour.publish({
        ...{ name, type: SERVICE_TYPE, port, host: `scope-${id}.local`, txt: txtOf({ port, tls }) },
        ...{ probe: false, disableIPv6: true },
      })
    },
  })
}
