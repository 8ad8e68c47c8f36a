import { eventually } from '../../eventually.ts'
import type { Host } from './host.ts'

/** A DNS server whose answers can be changed. */
export interface NameServer {
  /** From now on it knows these names, and no others. */
  answer(addresses: Readonly<Record<string, readonly string[]>>): void
  end(): Promise<void>
}

const NAMES = '/run/names'

/**
 * Starts dnsmasq on a host.
 *
 * @param address of the host; it listens there on port 53
 * @param ttlSeconds for how long its answers may be kept
 */
export const startNameServer = async (host: Host, address: string, ttlSeconds = 1): Promise<NameServer> => {
  host.write(NAMES, '')
  const server = await host.start(
    [
      ...['dnsmasq', '--keep-in-foreground', '--conf-file=/dev/null', '--pid-file', '--user=root'],
      ...['--no-resolv', '--no-hosts', `--addn-hosts=${NAMES}`, `--local-ttl=${ttlSeconds}`],
      ...[`--listen-address=${address}`, '--bind-interfaces', '--log-facility=/run/dnsmasq.log'],
    ],
    { quiet: true },
  )
  await eventually('the name server', () => host.exec('ss', '-Hlun', 'sport', '=', '53').includes(address))
  return {
    answer: (addresses) => {
      const lines = Object.entries(addresses).flatMap(([name, all]) => all.map((one) => `${one} ${name}`))
      host.write(NAMES, `${lines.join('\n')}\n`)
      process.kill(server.outsidePid, 'SIGHUP')
    },
    end: () => server.kill(),
  }
}
