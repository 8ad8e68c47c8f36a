import type { ConnectionRecord } from '../../../src/report/schema.ts'
import {
  address,
  clientHalf,
  containerNode,
  hostNode,
  processNode,
  serverHalf,
} from '../../support/reports/reports.ts'
import { ALPHA, BETA, host, testCases, toBeta } from './cases.ts'

/** A host with one process, of its own name. */
const office = (name: string, ip: string, connections: readonly ConnectionRecord[]) =>
  host(name, ip, { nodes: [processNode(name, 10, { name })], connections })

testCases('addresses that mean something in one place only', {
  'equal addresses of the bridges of two hosts are two places': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'a-client' })],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: 'alpha;172.17.0.5',
            serverAddress: 'alpha;172.17.0.6',
            port: 80,
          }),
        ],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'b-server' })],
        connections: [
          serverHalf('beta;20', {
            clientAddress: 'beta;172.17.0.5',
            serverAddress: 'beta;172.17.0.6',
            port: 80,
          }),
        ],
      }),
    ],
    processes: ['172.17.0.5 -> b-server :80 opened=1', 'a-client -> 172.17.0.6 :80 opened=1'],
  },
  'equal global addresses on two hosts: a node that names both, never a guess': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'app' })],
        connections: [clientHalf('alpha;10', { ...toBeta, serverAddress: ';10.9.9.9' })],
      }),
      host('beta', '10.9.9.9', {
        nodes: [processNode('beta', 20, { name: 'postgres' })],
        connections: [serverHalf('beta;20', { ...toBeta, serverAddress: ';10.9.9.9' })],
      }),
      host('gamma', '10.9.9.9', {
        nodes: [processNode('gamma', 30, { name: 'mysql' })],
        connections: [serverHalf('gamma;30', { ...toBeta, serverAddress: ';10.9.9.9' })],
      }),
    ],
    hosts: [
      'alpha -> beta :5432 opened=1',
      'alpha -> beta or gamma :5432 opened=1',
      'alpha -> gamma :5432 opened=1',
    ],
  },
  'equal addresses of two clients: the server’s side names both': {
    held: [
      host('alpha', '10.9.9.9', {
        nodes: [processNode('alpha', 10, { name: 'app-1' })],
        connections: [clientHalf('alpha;10', { ...toBeta, clientAddress: ';10.9.9.9' })],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'postgres' })],
        connections: [serverHalf('beta;20', { ...toBeta, clientAddress: ';10.9.9.9', opened: 2 })],
      }),
      host('gamma', '10.9.9.9', {
        nodes: [processNode('gamma', 30, { name: 'app-2' })],
        connections: [clientHalf('gamma;30', { ...toBeta, clientAddress: ';10.9.9.9' })],
      }),
    ],
    processes: [
      'alpha or gamma -> postgres :5432 opened=2',
      'app-1 -> beta :5432 opened=1',
      'app-2 -> beta :5432 opened=1',
    ],
  },
  'an overlay network joins across hosts': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'app' })],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: 'network:n1;10.1.0.2',
            serverAddress: 'network:n1;10.1.0.3',
            port: 80,
          }),
        ],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'web' })],
        connections: [
          serverHalf('beta;20', {
            clientAddress: 'network:n1;10.1.0.2',
            serverAddress: 'network:n1;10.1.0.3',
            port: 80,
          }),
        ],
      }),
    ],
    processes: ['app -> web :80 opened=1'],
  },
  'two network namespaces: loopback does not mix': {
    held: [
      host('alpha', ALPHA, {
        nodes: [
          processNode('alpha', 10, { name: 'client-1' }),
          processNode('alpha', 20, { name: 'server-2' }),
        ],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: 'alpha-1;127.0.0.1',
            serverAddress: 'alpha-1;127.0.0.1',
            port: 80,
          }),
          serverHalf('alpha;20', {
            clientAddress: 'alpha-2;127.0.0.1',
            serverAddress: 'alpha-2;127.0.0.1',
            port: 80,
          }),
        ],
      }),
    ],
    processes: ['127.0.0.1 -> server-2 :80 opened=1', 'client-1 -> 127.0.0.1 :80 opened=1'],
  },
  'a container in the network of its host: the address is the host’s': {
    held: [
      host('alpha', ALPHA, {
        nodes: [
          processNode('alpha', 10, { name: 'app', container: 'app' }),
          containerNode('alpha', 'app'),
          containerNode('alpha', 'exporter', { facts: { docker_is_in_host_network: true } }),
          hostNode('alpha'),
        ],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: 'alpha;172.17.0.2',
            serverAddress: 'alpha;172.17.0.1',
            port: 9,
          }),
        ],
        addresses: [
          address(
            '172.17.0.1',
            { kind: 'host', hostId: 'alpha' },
            {
              owners: ['alpha;<host>', containerNode('alpha', 'exporter').id],
            },
          ),
        ],
      }),
    ],
    containers: ['app -> Uncontained :9 opened=1'],
    hosts: [],
  },
  'a stopped container holds no address': {
    held: [
      host('alpha', ALPHA, {
        nodes: [
          processNode('alpha', 10, { name: 'app' }),
          containerNode('alpha', 'old', { state: 'exited' }),
          containerNode('alpha', 'new'),
        ],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: 'alpha;172.17.0.1',
            serverAddress: 'alpha;172.17.0.2',
            port: 9,
          }),
        ],
        addresses: [
          address(
            '172.17.0.2',
            { kind: 'host', hostId: 'alpha' },
            {
              owners: [containerNode('alpha', 'old').id, containerNode('alpha', 'new').id],
            },
          ),
        ],
      }),
    ],
    containers: ['Uncontained -> new :9 opened=1'],
  },
  'two offices with the same private addresses, of each of which one side is silent: nothing is joined': {
    held: [
      office('alpha', ALPHA, [clientHalf('alpha;10', { ...toBeta, opened: 2 })]),
      office('alpha-server', BETA, []),
      office('beta', ALPHA, []),
      office('beta-server', BETA, [serverHalf('beta-server;10', { ...toBeta, opened: 9 })]),
    ],
    processes: [
      'alpha -> alpha-server or beta-server :5432 opened=2',
      'alpha or beta -> beta-server :5432 opened=9',
    ],
  },
  'the same offices, and all speak: who talks to whom is not guessed': {
    held: [
      office('alpha', ALPHA, [clientHalf('alpha;10', { ...toBeta, opened: 2 })]),
      office('alpha-server', BETA, [serverHalf('alpha-server;10', { ...toBeta, opened: 2 })]),
      office('beta', ALPHA, [clientHalf('beta;10', { ...toBeta, opened: 9 })]),
      office('beta-server', BETA, [serverHalf('beta-server;10', { ...toBeta, opened: 9 })]),
    ],
    processes: [
      'alpha -> alpha-server or beta-server :5432 opened=2',
      'alpha or beta -> alpha-server :5432 opened=2',
      'alpha or beta -> beta-server :5432 opened=9',
      'beta -> alpha-server or beta-server :5432 opened=9',
    ],
  },
  'what a host says to an address that it holds itself stays there, whoever else holds it': {
    held: ['alpha', 'beta'].map((name, i) =>
      host(name, '10.9.9.9', {
        nodes: [processNode(name, 1, { name: `${name}-app` }), processNode(name, 2, { name: `${name}-db` })],
        connections: [
          clientHalf(`${name};1`, {
            clientAddress: ';10.9.9.9',
            serverAddress: ';10.9.9.9',
            port: 1,
            opened: i + 1,
          }),
          serverHalf(`${name};2`, {
            clientAddress: ';10.9.9.9',
            serverAddress: ';10.9.9.9',
            port: 1,
            opened: i + 1,
          }),
        ],
      }),
    ),
    processes: ['alpha-app -> alpha-db :1 opened=1', 'beta-app -> beta-db :1 opened=2'],
    hosts: [],
  },
})
