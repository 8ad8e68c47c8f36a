import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type ControlStage, openControlStage, printed } from './stage.ts'

const BUSYBOX = '/bin/busybox'

describeWith(['root', 'docker'], 'controls of containers, used over the API', () => {
  let stage: ControlStage
  let id: string

  beforeAll(async () => {
    stage = await openControlStage()
    id = await stage.docker.run(
      'acted-on',
      [],
      [
        BUSYBOX,
        'sh',
        '-c',
        `trap 'exit 7' TERM; n=0; while true; do echo out $n; echo err $n >&2; n=$((n+1)); ${BUSYBOX} sleep 1; done`,
      ],
    )
  })
  afterAll(() => stage?.close())

  /** Waits until the program that runs since the last start heeds signals: it writes only after that. */
  const isReady = async () => {
    const { StartedAt } = await stage.state(id)
    await eventually('a line of it', async () =>
      (await stage.docker.docker('logs', '--since', String(StartedAt), id)).includes('out '),
    )
  }

  it('pauses and unpauses, and offers what fits the state', async () => {
    await stage.use(id, 'docker_pause_container')
    expect(await stage.state(id)).toMatchObject({ Paused: true })
    await eventually('unpause is offered', async () => {
      const offered = await stage.offeredOn(id)
      return offered.includes('docker_unpause_container') && !offered.includes('docker_exec_container')
    })
    await stage.use(id, 'docker_unpause_container')
    expect(await stage.state(id)).toMatchObject({ Paused: false, Running: true })
  })

  it('restarts', async () => {
    const { StartedAt: before } = await stage.state(id)
    await stage.use(id, 'docker_restart_container')
    const { StartedAt: after, Running } = await stage.state(id)
    expect(Running).toBe(true)
    expect(after).not.toBe(before)
    await isReady()
  })

  it('stops by the signal that its program heeds, and starts', async () => {
    await stage.use(id, 'docker_stop_container')
    expect(await stage.state(id)).toMatchObject({ Running: false, ExitCode: 7 })
    await stage.use(id, 'docker_start_container')
    expect(await stage.state(id)).toMatchObject({ Running: true })
  })

  it('kills', async () => {
    await stage.use(id, 'docker_kill_container')
    await eventually('it has ended', async () => (await stage.state(id)).Running === false)
    expect(await stage.state(id)).toMatchObject({ ExitCode: 137 })
    await stage.use(id, 'docker_start_container')
  })

  it('shows both outputs of its log, apart, and what comes', async () => {
    const logs = await stage.open(id, 'docker_get_logs', { follow: 'true', tail: '10' })
    const shown = printed(logs)
    await eventually('lines', () => /out \d[\s\S]*err \d/.test(shown.text))
    const before = shown.text.length
    await eventually('more lines', () => shown.text.length > before + 10)
    await logs.close()
  })

  it('opens a shell that knows its size, and ends it with all that runs in it', async () => {
    const shell = await stage.open(id, 'docker_exec_container')
    const shown = printed(shell)
    shell.resize({ columns: 123, rows: 45 })
    shell.type(`echo $((6*7)); ${BUSYBOX} stty size\r`)
    await eventually('the size', () => /\b42\b[\s\S]*45 123/.test(shown.text))
    shell.type(`${BUSYBOX} sleep 4711\r`)
    await eventually('the program runs', async () =>
      (await stage.processesOf(id)).some((line) => line.includes('sleep 4711')),
    )
    await shell.close()
    await eventually('it has ended', async () =>
      (await stage.processesOf(id)).every((line) => !line.includes('4711')),
    )
  })

  it('loses no output when the connection breaks again and again', async () => {
    const program = await stage.exec(id, [BUSYBOX, 'seq', '1', '60000'], false)
    const shown = printed(program)
    let isOver = false
    // What is on its way is not all there is, so the program waits for the rest to be asked for.
    program.paused = true
    for (let breaks = 0; breaks < 5; breaks++) {
      await sleep(100)
      await program.reconnect()
    }
    expect(shown.text).not.toContain('\n60000\n')
    program.paused = false
    const breaking = (async () => {
      while (!isOver) {
        await sleep(100)
        // Once the program has ended there may be nothing to come back to.
        await program.reconnect().catch(() => {})
      }
    })()
    const ended = await program.ended
    isOver = true
    await breaking
    expect(ended).toEqual({ exit: { code: 0 } })
    expect(shown.text).toBe(Array.from({ length: 60_000 }, (_, i) => `${i + 1}\n`).join(''))
  })

  it('says how a program has ended', async () => {
    const program = await stage.exec(id, [BUSYBOX, 'sh', '-c', 'exit 42'], false)
    expect(await program.ended).toEqual({ exit: { code: 42 } })
  })

  it('removes what has stopped', async () => {
    await stage.use(id, 'docker_stop_container')
    const { removedNode } = await stage.use(id, 'docker_remove_container')
    expect(removedNode).toContain(id)
    await expect(stage.state(id)).rejects.toThrow(/No such/i)
  })

  it('has told all of it in the audit logs of app and probe, which verify', async () => {
    const told = async (...args: string[]) => (await stage.scope.scope('audit', '-n', '500', ...args)).stdout
    const used = ['pause', 'unpause', 'restart', 'stop', 'start', 'kill', 'exec', 'remove'].map(
      (name) => `docker_${name}_container`,
    )
    for (const of of [[], ['--probe']])
      await eventually(`all of it in the audit log ${of}`, async () => {
        const log = await told(...of)
        return [...used, 'docker_get_logs'].every((control) => log.includes(control))
      })
    expect(await stage.scope.scope('audit', '--verify')).toMatchObject({ code: 0 })
    expect(await stage.scope.scope('audit', '--verify', '--probe')).toMatchObject({ code: 0 })
  })
})
