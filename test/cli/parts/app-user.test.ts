import { expect, it } from 'vitest'
import { environmentFor } from '../../../src/cli/parts/app-user.ts'

it('an app of another user gets what it needs of the environment, and nothing else', () => {
  const needed = {
    PATH: '/bin',
    LANG: 'C',
    LC_ALL: 'C',
    TZ: 'UTC',
    TMPDIR: '/tmp',
    SSL_CERT_FILE: '/etc/ca.pem',
    SSL_CERT_DIR: '/etc/ca',
    NODE_COMPILE_CACHE: '/cache',
    NODE_OPTIONS: '--trace-warnings',
    MALLOC_ARENA_MAX: '1',
    SCOPE_STATE_DIR: '/state',
    SCOPE_LOG_FILE: '/state/app.log',
  }
  const other = { HOME: '/root', AWS_SECRET_ACCESS_KEY: 'x', MY_PATH: 'x', SUDO_UID: '0', SSL_CERT_KEY: 'x' }
  expect(environmentFor({ ...needed, ...other })).toEqual(needed)
})
