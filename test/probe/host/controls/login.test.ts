import { describe, expect, it } from 'vitest'
import { loginOf, whyLocked } from '../../../../src/probe/host/controls/login.ts'
import { shellCommand } from '../../../../src/probe/host/controls/shell-command.ts'

const root = { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/bash' }
const ann = { name: 'ann', uid: 1000, gid: 1000, home: '/home/ann', shell: '/usr/bin/fish' }

describe('a login', () => {
  it('is that of the user', () => {
    expect(loginOf(root, 0)).toEqual({
      shell: '/bin/bash',
      home: '/root',
      env: {
        ...{ HOME: '/root', USER: 'root', LOGNAME: 'root', SHELL: '/bin/bash' },
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        ...{ TERM: 'xterm-256color', LANG: 'C.UTF-8' },
      },
    })
    expect(loginOf(ann, 1000)).toMatchObject({
      shell: '/usr/bin/fish',
      env: { USER: 'ann', HOME: '/home/ann', PATH: '/usr/local/bin:/usr/bin:/bin' },
    })
  })

  it.each([
    [undefined, '/bin/sh', '/', '4711'],
    [{ ...ann, shell: '' }, '/bin/sh', '/home/ann', 'ann'],
    [{ ...ann, home: '' }, '/usr/bin/fish', '/', 'ann'],
    [{ ...ann, home: 'ann' }, '/usr/bin/fish', '/', 'ann'],
  ])('has what passwd leaves out: %j', (entry, shell, home, name) => {
    expect(loginOf(entry, 4711)).toMatchObject({ shell, home, env: { HOME: home, USER: name, SHELL: shell } })
  })

  it.each([
    ['/usr/sbin/nologin', true],
    ['/sbin/nologin', true],
    ['/bin/false', true],
    ['/bin/bash', false],
    ['', false],
  ])('with the shell %j is locked: %j', (shell, isLocked) => {
    const why = whyLocked({ ...ann, shell })
    if (isLocked) expect(why).toContain(`as ann, whose login shell is ${shell}`)
    else expect(why).toBeUndefined()
  })
})

describe('the command of a login shell', () => {
  const here = { root: '', isElsewhere: false }
  const outside = { root: '/proc/1/root', isElsewhere: true }

  it.each([
    ['here', here, true, ['/bin/bash', '-l'], '/root', '/dev/ptmx'],
    ['here, without a home', here, false, ['/bin/bash', '-l'], '/', '/dev/ptmx'],
    [
      'out of a container',
      outside,
      true,
      [
        ...['/usr/bin/nsenter', '-t1', '-m', '-u', '-i', '-n', '--no-fork', '--wd=/proc/1/root/root', '--'],
        ...['/bin/bash', '-l'],
      ],
      '/',
      '/proc/1/root/dev/ptmx',
    ],
    [
      'out of a container, without a home',
      outside,
      false,
      [
        ...['/usr/bin/nsenter', '-t1', '-m', '-u', '-i', '-n', '--no-fork', '--wd=/proc/1/root/', '--'],
        ...['/bin/bash', '-l'],
      ],
      '/',
      '/proc/1/root/dev/ptmx',
    ],
  ])('%s', (_what, place, hasHome, words, cwd, ptmx) => {
    const command = shellCommand(loginOf(root, 0), place, hasHome, '/usr/bin/nsenter')
    expect(command).toMatchObject({ file: '/bin/sh', cwd, ptmx })
    expect(command.args.slice(3)).toEqual(words)
  })
})
