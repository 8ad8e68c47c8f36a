import type { Host, HostProgram } from '../machine/hosts/host.ts'
import type { DnsEntry } from './report-of.ts'
import type { WeaveRouterOptions } from './router.ts'

/** A Weave router on a host, at the port where routers are. */
export interface RouterOnHost {
  /** The names that hold. */
  names(): Promise<readonly DnsEntry[]>
  /** Tells it of a name that the router of another host has. */
  tell(entry: DnsEntry): Promise<void>
  end(): Promise<void>
}

const PORT = 6784

const program = (options: WeaveRouterOptions): string => `
import { createInterface } from 'node:readline'
import { startWeaveRouter } from '${new URL('router.ts', import.meta.url).href}'
const router = await startWeaveRouter(${JSON.stringify(options)})
console.log('runs')
for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'names') router.add(JSON.parse(line))
  console.log(JSON.stringify(router.entries.filter(({ Tombstone }) => Tombstone === 0)))
}
process.exit(0)`

/** Starts a router on a host, which has an interface `weave`. */
export const startRouterOn = async (
  host: Host,
  options: Omit<WeaveRouterOptions, 'port'>,
): Promise<RouterOnHost> => {
  const router: HostProgram = await host.start([
    ...[process.execPath, '--input-type=module', '-e', program({ ...options, port: PORT })],
  ])
  await router.ask('')
  return {
    names: async () => JSON.parse(await router.ask('names')) as DnsEntry[],
    tell: async (entry) => void (await router.ask(JSON.stringify(entry))),
    end: () => router.end(),
  }
}
