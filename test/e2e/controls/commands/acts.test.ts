import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { takePid } from '../../../support/machine/taken-pid.ts'
import { type CommandStage, limitMs, openCommandStage } from './stage.ts'

describeWith(['root', 'docker'], 'commands that are done at once', () => {
  let stage: CommandStage

  beforeAll(async () => {
    stage = await openCommandStage()
  }, limitMs)
  afterEach(() => stage.endAll())
  afterAll(() => stage?.close(), limitMs)

  it('do each to a container what Docker says is done', { timeout: limitMs }, async () => {
    await stage.container('states', 'trap "exit 0" TERM; while :; do sleep 1; done')
    const startedAt = () =>
      stage.docker.docker('inspect', '--format', '{{.State.StartedAt}}', stage.nameOf('states'))
    const act = async (verb: string, done: string, ...more: string[]) => {
      await stage.offers('states', `docker_${verb}_container`)
      expect(await stage.run([verb, stage.nameOf('states'), ...more])).toEqual({
        code: 0,
        stdout: `${done} container ${stage.nameOf('states')}\n`,
        stderr: '',
      })
    }
    await act('pause', 'paused', '--yes')
    expect(await stage.stateOf('states')).toBe('paused')
    await act('unpause', 'unpaused')
    expect(await stage.stateOf('states')).toBe('running')
    const before = await startedAt()
    await act('restart', 'restarted', '--yes')
    expect(await startedAt()).not.toBe(before)
    await act('stop', 'stopped', '-y')
    expect(await stage.stateOf('states')).toBe('exited')
    await act('start', 'started')
    expect(await stage.stateOf('states')).toBe('running')
    await act('kill', 'killed', '--yes')
    await eventually('its end', async () => (await stage.stateOf('states')) === 'exited')
    expect(
      await stage.docker.docker('inspect', '--format', '{{.State.ExitCode}}', stage.nameOf('states')),
    ).toBe('137')
    await act('remove', 'removed', '--yes')
    await expect(stage.stateOf('states')).rejects.toThrow()
  })

  it('send a signal to a container, and end a process by name or pid', { timeout: limitMs }, async () => {
    await stage.container('signalled', 'trap "echo hup" HUP; echo heeds it; while :; do sleep 1; done')
    const logs = () => stage.docker.docker('logs', stage.nameOf('signalled'))
    await eventually('the trap', async () => (await logs()).includes('heeds it'))
    expect((await stage.run(['kill', stage.nameOf('signalled'), '-s', 'HUP', '--yes'])).code).toBe(0)
    await eventually('the signal', async () => (await logs()).includes('hup'))
    const child = spawn('sleep', ['86400'])
    stage.owns(child)
    const gone = once(child, 'exit')
    await stage.knows(child.pid ?? 0)
    expect(await stage.run(['signal', String(child.pid), '--yes'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^signalled process sleep: SIGTERM was sent .*\n$/),
    })
    expect((await gone)[1]).toBe('SIGTERM')
    // Scope's own processes offer nothing, and nothing else that has the digits or the name in its command line is taken for them.
    const app = await stage.scope.pidOf('app')
    const bystander = spawn('sh', ['-c', `while :; do sleep 1; done; echo ${app}`])
    stage.owns(bystander)
    expect(await stage.run(['signal', String(app), '--yes'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`nothing can be done to the process ${app} now`),
    })
    expect(await stage.run(['signal', `nothing-called-${app}`, '--yes'])).toMatchObject({
      code: 1,
      stdout: '',
    })
    expect([bystander.exitCode, bystander.signalCode]).toEqual([null, null])
  })

  it('take one of several only when it is named, and none without being asked', {
    timeout: limitMs,
  }, async () => {
    const id = await stage.container('many-1')
    await stage.container('many-2')
    const several = await stage.run(['stop', stage.nameOf('many'), '--yes'])
    expect(several).toMatchObject({ code: 2, stdout: '' })
    expect(several.stderr).toMatch(/finds 2 containers that can be stopped.*--all:\n.*many-1 .*\n.*many-2/s)
    const unasked = await stage.run(['stop', stage.nameOf('many-1')])
    expect(unasked.code).toBe(2)
    expect(unasked.stderr).toMatch(/1 container will be stopped.*nobody is connected.*needs --yes/s)
    expect(await stage.stateOf('many-1')).toBe('running')
    expect(await stage.run(['pause', id.slice(0, 12), '--yes'])).toMatchObject({ code: 0 })
    expect(await stage.stateOf('many-1')).toBe('paused')
    await stage.offers('many-1', 'docker_unpause_container')
    expect(await stage.run(['unpause', stage.nameOf('many-1')])).toMatchObject({ code: 0 })
    await stage.offers('many-1', 'docker_kill_container')
    const all = await stage.run(['kill', stage.nameOf('many'), '--all', '--yes', '--json'])
    expect(all.code).toBe(0)
    expect(JSON.parse(all.stdout).results).toMatchObject([
      { label: stage.nameOf('many-1'), ok: true, control: 'docker_kill_container' },
      { label: stage.nameOf('many-2'), ok: true },
    ])
    await stage.offers('many-1', 'docker_kill_container', false)
    const none = await stage.run(['kill', stage.nameOf('many-1'), '--yes', '--json'])
    expect(none.code).toBe(1)
    expect(JSON.parse(none.stdout)).toMatchObject({ results: [], error: { code: 'failed' } })
  })

  it('ask at a terminal, and take no for an answer', { timeout: limitMs }, async () => {
    await stage.container('asked')
    const no = await stage.terminal('stop', stage.nameOf('asked'))
    await eventually('the question', () => no.text().includes('[y/N]'))
    expect(no.text()).toContain('nobody is connected to it now')
    no.type('n\r')
    expect(await no.ended).toBe(1)
    expect(no.text()).toContain('nothing was done')
    expect(await stage.stateOf('asked')).toBe('running')
    const yes = await stage.terminal('kill', stage.nameOf('asked'))
    await eventually('the question', () => yes.text().includes('[y/N]'))
    yes.type('y\r')
    expect(await yes.ended).toBe(0)
    await eventually('its end', async () => (await stage.stateOf('asked')) === 'exited')
  })

  it('end no other process that has got the pid of the one that they asked about', {
    timeout: limitMs,
  }, async () => {
    const child = spawn('sleep', ['86400'])
    stage.owns(child)
    const pid = child.pid ?? 0
    await stage.knows(pid)
    const signal = await stage.terminal('signal', String(pid), '--signal=KILL')
    await eventually('the question', () => signal.text().includes('[y/N]'))
    expect(signal.text()).toContain('sleep')
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    const other = await takePid(pid, ['tail', '-f', '/dev/null'])
    try {
      await stage.knows(pid, 'tail')
      signal.type('y\r')
      expect(await signal.ended).toBe(1)
      expect(signal.text()).toMatch(/was not signalled: the process that was meant has ended/)
      // It lives, asleep or at work.
      expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\(tail\) [SRD]/)
    } finally {
      await other.end()
    }
  })

  it('are given up by Ctrl+C', { timeout: limitMs }, async () => {
    // Does not heed SIGTERM, so stopping would take Docker longer than this test.
    await stage.container('stubborn', 'trap "" TERM; while :; do sleep 1; done', ['--stop-timeout', '300'])
    const { child, ended, stderr } = stage.start('stop', stage.nameOf('stubborn'), '--yes')
    await eventually(
      'the request at the probe',
      async () =>
        (await stage.scope.scope('audit', '--json', '-n', '5')).stdout.includes('docker_stop_container') ||
        (
          await stage.docker.docker(
            'events',
            '--since',
            '10m',
            '--until',
            '0s',
            '--filter',
            `container=${stage.nameOf('stubborn')}`,
          )
        ).includes('kill'),
    )
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ signal: 'SIGINT' })
    expect(stderr()).toContain('given up by SIGINT')
  })

  it('tell what they found nothing of', { timeout: limitMs }, async () => {
    await stage.container('known')
    expect(await stage.run(['start', stage.nameOf('knwon')])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/no container matches ".*knwon"; similar: .*known/),
    })
    expect(await stage.run(['start', 'cpu>high'])).toMatchObject({ code: 2 })
    expect(await stage.run(['stop', ''])).toMatchObject({ code: 2 })
    // On a busy machine the app takes seconds to answer, which status does not find well.
    await eventually('all to be well', async () => (await stage.scope.scope('status')).code === 0)
  })
})
