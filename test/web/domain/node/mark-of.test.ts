import { describe, expect, it } from 'vitest'
import { markOf, markOfImage, markOfProcess } from '../../../../web/domain/node/mark-of.ts'
import { node } from '../../support/graph.ts'

describe('the mark of an image', () => {
  it.each([
    ['postgres', 'postgresql'],
    ['postgres:17-alpine', 'postgresql'],
    ['docker.io/library/postgres:17', 'postgresql'],
    ['bitnami/postgresql', 'postgresql'],
    ['registry.example:5000/base/redis@sha256:0123', 'redis'],
    ['localhost/nginx', 'nginx'],
    ['docker.elastic.co/elasticsearch/elasticsearch:8.16.0', 'elasticsearch'],
    ['quay.io/keycloak/keycloak:26', 'keycloak'],
    ['mcr.microsoft.com/dotnet/aspnet:9.0', 'dotnet'],
    ['node:24', 'node'],
    ['hashicorp/vault', 'vault'],
    ['vault:1.13', 'vault'],
    ['Grafana/Grafana:11.4.0', 'grafana'],
  ])('%s: %s', (image, mark) => expect(markOfImage(image)).toBe(mark))

  it.each([
    '',
    'shop/cart',
    'registry.corp.example/shop/node:1',
    'shop/node',
    'acme/vault',
    'acme/python',
    'acme/grafana',
    'prom/redis-exporter',
    'oliver006/redis_exporter',
    'postgres-backup',
    'nginx-prometheus-exporter',
    'grafana/loki:3.3.2',
    'valkey/valkey',
    'sha256:0123456789',
    'constructor',
  ])('%s: none', (image) => expect(markOfImage(image)).toBeUndefined())
})

describe('the mark of a process', () => {
  it.each([
    ['postgres', 'postgresql'],
    ['nginx', 'nginx'],
    ['nginx: worker', 'nginx'],
    ['python3.12', 'python'],
    ['php-fpm8.3', 'php'],
    ['beam.smp', 'erlang'],
    ['clickhouse-serv', 'clickhouse'],
    ['containerd-shim', 'containerd'],
  ])('%s: %s', (name, mark) => expect(markOfProcess(name)).toBe(mark))

  it.each(['', '8', 'node_exporter', 'redis', 'nodemon', 'mypython', 'nginx-ui', 'toString'])(
    '%s: none',
    (name) => expect(markOfProcess(name)).toBeUndefined(),
  )
})

describe('the mark of a node', () => {
  const image = (value: string) => ({ metadata: [{ id: 'docker_image_name', label: 'Image', value }] })

  it('is that of a container’s image, whatever its name', () => {
    expect(markOf(node('redis', { shape: 'hexagon', ...image('postgres') }))).toBe('postgresql')
    expect(markOf(node('redis', { shape: 'hexagon' }))).toBeUndefined()
  })

  it('is that of a process’s name, or an image’s', () => {
    expect(markOf(node('nginx', { shape: 'square' }))).toBe('nginx')
    expect(markOf(node('bitnami/redis', { shape: 'image' }))).toBe('redis')
  })

  it('is none of hosts, addresses and what stands for the rest', () => {
    expect(markOf(node('nginx', { shape: 'circle' }))).toBeUndefined()
    expect(markOf(node('nginx', { shape: 'square', pseudo: true }))).toBeUndefined()
    expect(markOf(node('redis', { shape: 'pill', pseudo: true }))).toBeUndefined()
  })
})
