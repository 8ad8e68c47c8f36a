import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../eventually.ts'
import { freePort } from '../free-port.ts'
import { startProgram } from '../program.ts'

/** A real name server (dnsmasq) on a loopback port, which knows nothing but the names that it is told. */
export interface NameServer {
  /** `127.0.0.1:53535`, as `--probe.resolver` takes it. */
  readonly address: string
  /** Replaces all it knows: addresses by name. */
  set(names: Readonly<Record<string, readonly string[]>>): Promise<void>
  /** Ends it; nobody answers at the port any more. */
  stop(): Promise<void>
  /** Starts it again, at the same port, with what it knew. */
  start(): Promise<void>
  /** Stops it and removes its files. */
  remove(): Promise<void>
}

const listens = (port: number): boolean =>
  execFileSync('ss', ['-Hlun', `sport = :${port}`], { encoding: 'utf8' }).trim() !== ''

/**
 * @param names what it knows at first
 * @param ttlSeconds how long its answers hold
 */
export const startNameServer = async (
  names: Readonly<Record<string, readonly string[]>>,
  ttlSeconds = 1,
): Promise<NameServer> => {
  const dir = mkdtempSync(join(tmpdir(), 'scope-dns-'))
  const hosts = join(dir, 'hosts')
  const port = await freePort()
  const write = (known: Readonly<Record<string, readonly string[]>>): void =>
    writeFileSync(
      hosts,
      Object.entries(known)
        .flatMap(([name, addresses]) => addresses.map((address) => `${address} ${name}\n`))
        .join(''),
    )
  const run = () =>
    startProgram(
      [
        ...['dnsmasq', '--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts'],
        ...['--user=root', '--no-daemon', '--bind-interfaces', '--listen-address=127.0.0.1'],
        ...[`--port=${port}`, `--addn-hosts=${hosts}`, `--local-ttl=${ttlSeconds}`, '--local=/#/'],
        ...['--pid-file=', '--log-facility=-'],
      ],
      { quiet: true },
    )
  write(names)
  let program = run()
  const isUp = () => eventually('dnsmasq', () => listens(port))
  await isUp()
  const stop = () => program.kill()
  return {
    address: `127.0.0.1:${port}`,
    async set(known) {
      write(known)
      // It reads its files anew when it is started, and by SIGHUP at some moment nobody can see.
      await stop()
      program = run()
      await isUp()
    },
    stop,
    async start() {
      program = run()
      await isUp()
    },
    async remove() {
      await stop()
      rmSync(dir, { recursive: true })
    },
  }
}
