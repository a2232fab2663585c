// Talks to a RESP server by way of `redis` and `ioredis` from npm:
//
//     node redis_client.js NODE_MODULES PORT [complete]
//
// `complete`: also what chapter 06 has not: transactions, channels, waiting.
'use strict'

const assert = require('assert')
const path = require('path')

const [folder, port] = [path.resolve(process.argv[2]), Number(process.argv[3])]
const complete = process.argv.length > 4
const load = name => require(path.join(folder, name))
const version = name => load(`${name}/package.json`).version

const AWKWARD = Buffer.from('\0\r\n\xff$5\r\nhello\r\n\0', 'latin1')
const BIG = Buffer.alloc(1 << 20).map((_, i) => i * 31 >> 3)
const DEPTH = 1000
const CONNECTIONS = 8

// assert.deepEqual would print a megabyte.
function same(got, expected) {
  assert(got !== null && got.equals(expected), 'not the expected bytes')
}

// `call` sends one request and promises its reply, with values as buffers.
// Requests that are called in one turn of the event loop are a pipeline.
async function binaryValues(call, key) {
  await call('SET', key + 'awkward', AWKWARD)
  await call('SET', key + 'big', BIG)
  await call('SET', AWKWARD, 'of-awkward')
  same(await call('GET', key + 'awkward'), AWKWARD)
  same(await call('GET', key + 'big'), BIG)
  assert.equal(String(await call('GET', AWKWARD)), 'of-awkward')
  const values = await call('MGET', key + 'none', key + 'awkward', key + 'big')
  assert.equal(values[0], null)
  same(values[1], AWKWARD)
  same(values[2], BIG)
}

async function expiry(call, key) {
  key += 'ttl'
  await call('SET', key, 'x', 'EX', '100')
  const left = await call('PTTL', key)
  assert(left > 0 && left <= 100000, `PTTL ${left}`)
  assert.equal(await call('PERSIST', key), 1)
  assert.equal(await call('TTL', key), -1)
  assert.equal(await call('PEXPIRE', key, '0'), 1)
  assert.equal(await call('GET', key), null)
}

async function pipeline(call, key) {
  await call('DEL', key)
  const replies = []
  for (let n = 0; n < DEPTH; n++) {
    replies.push(call('INCR', key), call('ECHO', AWKWARD))
  }
  const got = await Promise.all(replies)
  for (let n = 0; n < DEPTH; n++) {
    assert.equal(got[2 * n], n + 1)
    same(got[2 * n + 1], AWKWARD)
  }
}

// Does the library speak what it was asked to?
async function speaks(call, protocol) {
  const hello = await call('HELLO')
  const fields = Array.isArray(hello) ? hello : Object.entries(hello).flat()
  const texts = fields.map(String)
  assert.equal(texts[texts.indexOf('proto') + 1], String(protocol))
}

// ---- what the complete server has; each library has its own words for it ----

const MESSAGES = 200
const numbers = count => [...Array(count).keys()]

// `listen(heard)` subscribes one connection to `channel`, and promises to be
// ready; then `heard(text)` is called for each message.
async function channels(listeners, publish) {
  const heard = await Promise.all(listeners.map(async listen => {
    const texts = []
    const done = new Promise(resolve => { texts.done = resolve })
    await listen(text => {
      texts.push(text)
      if (texts.length === MESSAGES) texts.done()
    })
    return { texts, done }
  }))
  for (const n of numbers(MESSAGES)) {
    assert.equal(await publish(String(n)), listeners.length)
  }
  for (const { texts, done } of heard) {
    await done
    assert.deepEqual([...texts], numbers(MESSAGES).map(String))
  }
}

// Each of `takers` takes 20 elements, and waits for them; `give` gives one.
async function waiting(takers, give) {
  const taken = Promise.all(takers.map(async take => {
    const got = []
    for (const _ of numbers(20)) got.push(Number(await take()))
    return got
  }))
  for (const n of numbers(20 * takers.length)) await give(String(n))
  const all = (await taken).flat().sort((a, b) => a - b)
  assert.deepEqual(all, numbers(20 * takers.length))
}

async function completeNodeRedis(clients, key) {
  const [first, ...rest] = clients
  await first.set(key + 'sum', '10')
  assert.deepEqual(await first.multi().incrBy(key + 'sum', 5)
    .get(key + 'sum').exec(), [15, '15'])
  await first.watch(key + 'sum')
  await rest[0].incr(key + 'sum')
  await assert.rejects(first.multi().set(key + 'sum', '0').exec())
  assert.equal(await first.get(key + 'sum'), '16')

  const listeners = rest.slice(0, 3)
  await channels(listeners.map(client => heard =>
    client.subscribe(key + 'news', heard)),
  text => first.publish(key + 'news', text))
  for (const client of listeners) await client.unsubscribe()

  await waiting(rest.map(client => async () =>
    (await client.blPop([key + 'none', key + 'row'], 20)).element),
  text => first.rPush(key + 'row', text))
}

async function completeIoRedis(clients, key) {
  const [first, ...rest] = clients
  await first.set(key + 'sum', '10')
  assert.deepEqual(await first.multi().incrby(key + 'sum', 5)
    .get(key + 'sum').exec(), [[null, 15], [null, '15']])
  await first.watch(key + 'sum')
  await rest[0].incr(key + 'sum')
  assert.equal(await first.multi().set(key + 'sum', '0').exec(), null)
  assert.equal(await first.get(key + 'sum'), '16')

  const listeners = rest.slice(0, 3)
  await channels(listeners.map(client => heard => {
    client.on('message', (_, text) => heard(text))
    return client.subscribe(key + 'news')
  }), text => first.publish(key + 'news', text))
  for (const client of listeners) await client.unsubscribe()

  await waiting(rest.map(client => async () =>
    (await client.blpop(key + 'none', key + 'row', 20))[1]),
  text => first.rpush(key + 'row', text))
}

async function everything(calls, protocol, key) {
  await speaks(calls[0], protocol)
  await binaryValues(calls[0], key)
  await expiry(calls[1], key)
  await Promise.all(calls.map((call, i) => pipeline(call, `${key}n${i}`)))
}

async function nodeRedis(RESP) {
  const { createClient, RESP_TYPES } = load('redis')
  const clients = []
  for (let i = 0; i < CONNECTIONS; i++) {
    const client = createClient({ socket: { host: '127.0.0.1', port }, RESP })
    client.on('error', error => { throw error })
    await client.connect()
    clients.push(client)
  }
  await everything(clients.map(client => {
    const binary = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })
    return (...words) => binary.sendCommand(words)
  }), RESP, 'redis:')
  if (complete) await completeNodeRedis(clients, `redis${RESP}:`)
  for (const client of clients) await client.close()
}

async function ioRedis(protocol) {
  const { Redis } = load('ioredis')
  const clients = []
  for (let i = 0; i < CONNECTIONS; i++) {
    const host = '127.0.0.1'
    clients.push(new Redis({ host, port, protocol, maxRetriesPerRequest: 0 }))
  }
  await everything(clients.map(client =>
    (...words) => client.callBuffer(...words)), protocol, 'ioredis:')
  if (complete) await completeIoRedis(clients, `ioredis${protocol}:`)
  for (const client of clients) await client.quit()
}

const LIBRARIES = { redis: nodeRedis, ioredis: ioRedis }

async function main() {
  const said = []
  for (const [name, talk] of Object.entries(LIBRARIES)) {
    for (const protocol of [2, 3]) await talk(protocol)
    said.push(`${name} ${version(name)}`)
  }
  console.log(said.join(', ') + ', RESP2 and RESP3')
}

setTimeout(() => {
  console.error('still waiting after 20 s')
  process.exit(1)
}, 20000).unref()
main().catch(error => {
  console.error(error)
  process.exit(1)
})
