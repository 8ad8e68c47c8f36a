import { execFileSync } from 'node:child_process'
import { constants } from 'node:os'
import { expect, it } from 'vitest'
import { openNamespaceInterfaces } from '../../../src/native/netlink/namespace-interfaces.ts'
import { NetlinkError } from '../../../src/native/netlink/netlink-socket.ts'
import { describeWith } from '../../support/machine/requirements.ts'

const module = new URL('../../../src/native/netlink/namespace-interfaces.ts', import.meta.url).href

/** Prints what is known of the interfaces of the process whose pid is given. */
const program = `
import { openNamespaceInterfaces } from '${module}'
const { interfacesOf, close } = openNamespaceInterfaces()
const all = interfacesOf(Number(process.argv[1]))
close()
console.log(JSON.stringify(all ?? null))`

/** Runs in a network namespace: makes another one, joins both as told, and asks for the interfaces there. */
const script = `
ip link set lo up
unshare --net sleep 60 & other=$!
trap 'kill $other' EXIT
while [ "$(readlink /proc/$other/ns/net)" = "$(readlink /proc/$$/ns/net)" ]; do sleep 0.05; done
eval "$1"
shift
"$@" $other`

const join = `
ip link add vethone type veth peer name ethwe address 56:27:f4:62:66:c9 netns $other
nsenter --target $other --net ip address add 10.32.0.7/12 dev ethwe
nsenter --target $other --net ip address add fd00::7/64 dev ethwe
nsenter --target $other --net ip link set ethwe up`

const told = (setUp: string, as: readonly string[] = []): unknown =>
  JSON.parse(
    execFileSync(
      'unshare',
      [
        ...['--net', 'sh', '-euc', script, 'script', setUp, ...as],
        ...[process.execPath, '--input-type=module', '-e', program],
      ],
      { encoding: 'utf8' },
    ),
  )

describeWith(['root', 'netns'], 'the interfaces of another network namespace', () => {
  it('are told with their addresses, and none of those here', () => {
    expect(told(join)).toEqual([
      { name: 'lo', mac: '00:00:00:00:00:00', addresses: [] },
      {
        name: 'ethwe',
        mac: '56:27:f4:62:66:c9',
        addresses: expect.arrayContaining(['10.32.0.7', 'fd00::7']),
      },
    ])
  })

  it('are not told where nothing leads', () => {
    expect(told('')).toBeNull()
  })

  it('are not told to one who may not know', () => {
    expect(told(join, ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'])).toBeNull()
  })
})

it('are not told of a process that is gone', () => {
  const interfaces = openNamespaceInterfaces()
  expect(interfaces.interfacesOf(2 ** 22 + 1)).toBeUndefined()
  interfaces.close()
})

it('are asked for on a new socket after one failed', () => {
  let opened = 0
  const interfaces = openNamespaceInterfaces(() => {
    opened += 1
    return {
      send: () => {},
      receive: () => {
        throw new NetlinkError('no room', constants.errno.ENOBUFS)
      },
      close: () => {},
    }
  })
  expect([interfaces.interfacesOf(1), interfaces.interfacesOf(1), opened]).toEqual([undefined, undefined, 2])
})
