import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { NameAnswer } from '../../../src/probe/targets/names/answer.ts'
import { describeWith } from '../../support/machine/requirements.ts'

const lookUpName = join(import.meta.dirname, '../../../src/probe/targets/names/look-up-name.ts')
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scope-settings-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

/**
 * Looks names up on a machine without a network, which asks the name server at 127.0.0.53.
 *
 * @param server command that runs it
 */
const lookUpWith = (server: string, resolvConf: string, names: readonly string[]): NameAnswer[] => {
  writeFileSync(join(dir, 'resolv.conf'), resolvConf)
  writeFileSync(join(dir, 'hosts'), '10.0.0.9 ours\n')
  writeFileSync(
    join(dir, 'look-up.mjs'),
    `import { createLookUp } from ${JSON.stringify(lookUpName)}
     const answers = []
     for (const name of ${JSON.stringify(names)}) answers.push(await createLookUp()(name, new AbortController().signal))
     process.stdout.write(JSON.stringify(answers))
     process.exit(0)`,
  )
  const script = `ip link set lo up
    mount --bind ${dir}/resolv.conf /etc/resolv.conf && mount --bind ${dir}/hosts /etc/hosts
    ${server} >/dev/null 2>&1 &
    until ss -Hlun sport = :53 | grep -q 53; do sleep 0.05; done
    ${process.execPath} ${dir}/look-up.mjs`
  const inNamespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script]
  return JSON.parse(execFileSync('unshare', inNamespaces, { encoding: 'utf8', timeout: 90_000 }))
}

const dnsmasq = (...options: string[]): string =>
  [
    ...['dnsmasq', '--no-daemon', '--user=root', '--conf-file=/dev/null', '--no-resolv', '--no-hosts'],
    ...['--pid-file=', '--listen-address=127.0.0.53', '--bind-interfaces', '--local=/#/', ...options],
  ].join(' ')

describeWith(['root', 'netns'], 'names by the settings of the machine', () => {
  it('are those of /etc/hosts, and of DNS within the search domains', () => {
    const server = dnsmasq(
      '--host-record=scope1.corp.example,10.0.0.1,fd00::1',
      '--host-record=scope2.example,10.0.0.2',
    )
    const conf = 'nameserver 127.0.0.53\nsearch lab.example corp.example\n'
    const [ours, short, long, none] = lookUpWith(server, conf, ['ours', 'scope1', 'scope2.example', 'none'])
    expect(ours?.ipv4).toEqual({ kind: 'told', addresses: ['10.0.0.9'] })
    expect(short?.ipv4).toMatchObject({ kind: 'told', addresses: ['10.0.0.1'] })
    expect(short?.ipv6).toMatchObject({ kind: 'told', addresses: ['fd00::1'] })
    expect(long?.ipv4).toMatchObject({ kind: 'told', addresses: ['10.0.0.2'] })
    expect(none).toEqual({ ipv4: { kind: 'told', addresses: [] }, ipv6: { kind: 'told', addresses: [] } })
  })

  it('are not waited for in a thread of the process when the name server is silent', {
    timeout: 120_000,
  }, () => {
    const silent =
      'python3 -c \'import socket,time; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.bind(("127.0.0.53",53)); time.sleep(80)\''
    // The C library would wait for minutes, and keep the process from ending.
    const conf = 'nameserver 127.0.0.53\nsearch a.example b.example c.example\noptions timeout:30\n'
    const [answer] = lookUpWith(silent, conf, ['scope1'])
    expect(answer?.ipv4).toEqual({ kind: 'unknown', reason: 'the name server does not answer' })
  })
})
