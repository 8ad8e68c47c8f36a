import { describe, expect, it } from 'vitest'
import { parseControlArguments } from '../../../src/cli/control/arguments.ts'
import { type Verb, verbs } from '../../../src/cli/control/verbs.ts'
import { UsageError } from '../../../src/cli/options/usage-error.ts'

const parse = (line: string) => {
  const [verb, ...args] = line.split(' ')
  return parseControlArguments(verb as Verb, args)
}

describe('arguments of a command that acts', () => {
  it.each([
    ['stop web', { query: 'web', control: 'docker_stop_container', args: {}, all: false, yes: false }],
    [
      'stop project:shop web --all -y --json',
      { query: 'project:shop web', all: true, yes: true, json: true },
    ],
    ['start -- -is:running', { query: '-is:running', control: 'docker_start_container' }],
    ['kill web -s HUP', { control: 'docker_kill_container', args: { signal: 'HUP' } }],
    ['kill --signal=sigusr1 web', { args: { signal: 'SIGUSR1' } }],
    ['remove web', { control: 'docker_remove_container' }],
    ['signal nginx', { control: 'process_terminate', args: {} }],
    ['signal nginx --signal=SIGKILL', { control: 'process_kill', args: {} }],
    ['shell', { query: '', control: 'host_exec' }],
    ['exec web', { query: 'web', args: {} }],
    ['exec web -- ls -l --all', { query: 'web', args: { command: '["ls","-l","--all"]' }, all: false }],
    ['exec web -- sh -c a -- b', { args: { command: '["sh","-c","a","--","b"]' } }],
    ['exec -T web -- ls', { tty: false }],
    ['exec -it web -- ls', { tty: true }],
    [
      'exec -u 1000:1000 -w /srv web -- ls',
      { args: { command: '["ls"]', user: '1000:1000', workdir: '/srv' } },
    ],
    ['attach web --detach-keys=ctrl-a', { control: 'docker_attach_container', detachKeys: Uint8Array.of(1) }],
    ['logs web', { args: { follow: 'false', timestamps: 'true' }, timestamps: false }],
    [
      'logs web -f -t -n 5 --since 10m --stderr',
      {
        args: {
          follow: 'true',
          timestamps: 'true',
          tail: '5',
          since: '10m',
          stdout: 'false',
          stderr: 'true',
        },
        timestamps: true,
      },
    ],
    [
      'logs web --since=2d --until=2026-01-02T03:04:05Z',
      { args: { since: '48h', until: '2026-01-02T03:04:05.000Z', follow: 'false', timestamps: 'true' } },
    ],
    [
      'stop web --app=https://far.example.com --token-file=/secret/token --insecure',
      {
        app: {
          url: 'https://far.example.com:443',
          tokenFile: '/secret/token',
          tlsFingerprints: [],
          insecure: true,
        },
      },
    ],
  ])('are read: scope %s', (line, expected) => {
    expect(parse(line)).toMatchObject(expected)
  })

  it.each([
    ['stop --all', /which container.*Scope itself is ended by "scope stop"/],
    ['stop --yes', /which container/],
    ['logs --tail 5', /which container.*logs of Scope itself/],
    ['start', /scope start QUERY/],
    ['stop web --force', /--force.*of "scope stop"; allowed: --app/],
    ['exec web --', /no command after "--"/],
    ['exec', /scope exec QUERY \[-- COMMAND/],
    ['exec -t -T web', /exclude each other/],
    ['logs web --tail=many', /--tail/],
    ['logs web --since=yesterday', /--since: expected how long ago/],
    ['signal web --signal=HUP', /--signal: expected TERM or KILL/],
    ['kill web --signal=;rm', /--signal/],
    ['stop web --app=:0', /--app/],
    ['stop web --tls.fingerprint=12', /--tls.fingerprint/],
    ['pause web -f', /'-f' of "scope pause"|-f/],
  ])('are refused: scope %s', (line, message) => {
    expect(() => parse(line)).toThrow(UsageError)
    expect(() => parse(line)).toThrow(message)
  })

  it('never take an empty query for all there is', () => {
    for (const verb of verbs.filter((one) => one !== 'shell'))
      expect(() => parseControlArguments(verb, ['', ' ', '--'].slice(0, verb === 'exec' ? 2 : 3))).toThrow(
        UsageError,
      )
  })
})
