import { isIPv4 } from 'node:net'
import { bridgeAddresses } from '../../weave/bridge.ts'
import type { RouterClient } from '../../weave/router-client.ts'
import { RouterError } from '../../weave/router-error.ts'

/** The name under which this machine itself has an address, as `weave expose` does it. */
const EXPOSED = 'weave:expose'
/** The allocator answers only when the routers have agreed on who gives which addresses. */
const ALLOCATE_LIMIT_MS = 15_000

/**
 * The address of this machine in its Weave network. When it has none, it is given one, as by `weave expose`: `POST /ip/weave:expose`
 * (ipam/http.go), then `POST /expose/IP/BITS` (router/http.go, since Weave Net 2.0).
 *
 * @param ownAddresses that it has there now
 * @throws {RouterError} when it has none, and none can be had
 */
export const exposedAddress = async (
  client: RouterClient,
  signal: AbortSignal,
  ownAddresses: () => readonly string[] = bridgeAddresses,
): Promise<string> => {
  const [known] = ownAddresses()
  if (known !== undefined) return known
  const given = await client.ask({
    ...{ method: 'POST', path: `/ip/${encodeURIComponent(EXPOSED)}`, form: {}, signal },
    limitMs: ALLOCATE_LIMIT_MS,
  })
  const { ip = '', bits = '' } = /^(?<ip>[\d.]+)\/(?<bits>\d{1,2})\s*$/.exec(given.body)?.groups ?? {}
  if (given.status !== 200 || !isIPv4(ip))
    throw new RouterError('broken', `it gives this machine no address (${given.status}); ${REMEDY}`)
  const exposed = await client.ask({ method: 'POST', path: `/expose/${ip}/${bits}`, form: {}, signal })
  if (exposed.status !== 204)
    throw new RouterError(
      'broken',
      `it does not give this machine its address (${exposed.status}); ${REMEDY}`,
    )
  if (ownAddresses().includes(ip)) return ip
  throw new RouterError(
    'broken',
    `it says that this machine has the address ${ip}, which it does not; ${REMEDY}`,
  )
}

const REMEDY = '"weave expose" on this machine does'
