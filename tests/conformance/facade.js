// The JavaScript side of the bridge: a constructor Promise whose every operation is done by
// loopscope's C code. What crosses to Python and back are strings: encoded values, in which objects
// are integer handles, and completions ("0" and a value, "1" and what was thrown). No object and no
// exception ever crosses.
//
// What is here, and so is not proved by the tests that run on it: names, lengths and attributes of
// the functions; prototype chains; the steps of JavaScript's iterator protocol (Python's calls them);
// Symbol.species; refusing a receiver that is no object. docs/conformance.md repeats this list.
(function (python) {
  'use strict';

  const { apply, construct, defineProperty } = Reflect;
  const { create, is } = Object;
  const { parse, stringify } = JSON;
  const { iterator: iteratorSymbol, species: speciesSymbol, toStringTag } = Symbol;
  const errors = { TypeError, RangeError, SyntaxError, AggregateError, Error };
  const NativeNumber = Number;

  const handles = new Map(); // "o7": objects, "c7": functions, "y7": symbols and BigInts
  // Objects without prototype, not arrays, as tests put setters into Array.prototype.
  const objects = create(null); // by handle
  const fromPython = create(null); // by Python's number: what stands here for an object of Python's
  const numbers = new Map(); // and the other way round

  const isObject = value => (typeof value === 'object' && value !== null) || typeof value === 'function';

  function stand(value, number) {
    fromPython[number] = value;
    numbers.set(value, number);
    return value;
  }

  function handle(value, letter) {
    let found = handles.get(value);
    if (found === undefined) {
      found = letter + handles.size;
      objects[found] = value;
      handles.set(value, found);
    }
    return found;
  }

  function encode(value) {
    switch (typeof value) {
      case 'undefined': return 'u';
      case 'boolean': return value ? 't' : 'f';
      case 'number': return is(value, -0) ? 'n-0' : `n${value}`;
      case 'string': return `s${value}`;
    }
    if (value === null) return 'l';
    const number = numbers.get(value);
    if (number !== undefined) return `p${number}`;
    return handle(value, typeof value === 'function' ? 'c' : typeof value === 'object' ? 'o' : 'y');
  }

  // Where Python is told of a constructor, it gets a class: Promise itself, or one that stands for the object.
  function encodeClass(value) {
    return value === Promise ? 'C' : isObject(value) ? `K${encode(value)}` : encode(value);
  }

  function decode(text) {
    const rest = text.slice(1);
    switch (text[0]) {
      case 'u': return undefined;
      case 'l': return null;
      case 't': return true;
      case 'f': return false;
      case 'n': return NativeNumber(rest);
      case 's': return rest;
      case 'p': return fromPython[rest];
      case 'P': return stand(create(promisePrototype), NativeNumber(rest));
      case 'C': return Promise;
      case 'K': return decode(rest);
      case 'F': {
        const [number, length] = parse(rest);
        const stands = (...args) => ask('call', number, args);
        defineProperty(stands, 'length', { value: length });
        defineProperty(stands, 'name', { value: '' });
        return stand(stands, number);
      }
      case 'E': {
        const [number, name, message, reasons] = parse(rest);
        const type = errors[name] || errors.Error;
        const error = reasons === null ? new type(message) : new type(decodeAll(reasons), message);
        return stand(error, number);
      }
      case 'A': {
        const [number, items] = parse(rest);
        return stand(decodeAll(items), number);
      }
      case 'S': {
        const [number, status, key, value] = parse(rest);
        return stand({ status, [key]: decode(value) }, number);
      }
      default: return objects[text];
    }
  }

  function decodeAll(texts) {
    const values = [];
    for (let i = 0; i < texts.length; i++) {
      defineProperty(values, i, { value: decode(texts[i]), writable: true, enumerable: true, configurable: true });
    }
    return values;
  }

  function ask(operation, subject, args) {
    const texts = [];
    for (let i = 0; i < args.length; i++) defineProperty(texts, i, { value: encode(args[i]) });
    const answer = parse(python(operation, `${subject}`, list(texts)));
    const value = decode(answer.slice(1));
    if (answer[0] === '1') throw value;
    return value;
  }

  function list(texts) {
    let all = '';
    for (let i = 0; i < texts.length; i++) all += (i ? ',' : '') + stringify(texts[i]);
    return `[${all}]`;
  }

  function only(args, most) {
    const some = [];
    for (let i = 0; i < args.length && i < most; i++) defineProperty(some, i, { value: args[i] });
    return some;
  }

  // ---- the constructor ----

  // A derived class, as the prototype of a new object may be looked up only after the executor.
  class Promise extends null {
    constructor(executor) {
      const number = ask('allocate', encodeClass(new.target), []);
      if (typeof executor === 'function') { // else Python throws
        const { prototype } = new.target;
        stand(create(isObject(prototype) ? prototype : promisePrototype), number);
      }
      ask('construct', number, [executor]);
      return fromPython[number];
    }
  }

  const promisePrototype = Promise.prototype;
  Object.setPrototypeOf(promisePrototype, Object.prototype);

  function define(target, methods) {
    for (const [name, method] of Object.entries(methods)) {
      defineProperty(target, name, { value: method, writable: true, enumerable: false, configurable: true });
    }
  }

  define(promisePrototype, {
    then(onFulfilled, onRejected) { return ask('then', encode(this), only(arguments, 2)); },
    catch(onRejected) { return ask('catch', encode(this), only(arguments, 1)); },
    finally(onFinally) {
      if (!isObject(this)) throw new errors.TypeError('Promise.prototype.finally called on a non-object');
      return ask('finally', encode(this), only(arguments, 1));
    },
  });
  defineProperty(promisePrototype, toStringTag, { value: 'Promise', configurable: true });

  function ofClass(name, receiver, args, most) {
    if (!isObject(receiver)) throw new errors.TypeError('PromiseResolve called on non-object');
    return ask(name, encodeClass(receiver), only(args, most));
  }

  define(Promise, {
    all(iterable) { return ofClass('all', this, arguments, 1); },
    allSettled(iterable) { return ofClass('allSettled', this, arguments, 1); },
    any(iterable) { return ofClass('any', this, arguments, 1); },
    race(iterable) { return ofClass('race', this, arguments, 1); },
    resolve(value) { return ofClass('resolve', this, arguments, 1); },
    reject(reason) { return ofClass('reject', this, arguments, 1); },
    try(callback) { return ofClass('try', this, arguments, Infinity); },
    withResolvers() {
      const promise = ofClass('withResolvers', this, arguments, 0);
      return { promise: promise[0], resolve: promise[1], reject: promise[2] };
    },
  });
  defineProperty(Promise, speciesSymbol, {
    get: Object.getOwnPropertyDescriptor(class { static get [Symbol.species]() { return this; } }, speciesSymbol).get,
    configurable: true,
  });
  defineProperty(globalThis, 'Promise', { value: Promise, writable: true, enumerable: false, configurable: true });

  // ---- what Python asks ----

  function isConstructor(value) {
    try {
      construct(Object, [], value);
      return true;
    } catch {
      return false;
    }
  }

  // 7.3.22 SpeciesConstructor, of which Python has the step without Symbol.species.
  function species(value) {
    const constructor = value.constructor;
    if (constructor === undefined) return 'u';
    if (typeof constructor === 'symbol') throw new errors.TypeError('The .constructor property is not an object');
    if (!isObject(constructor)) return encode(constructor);
    const found = constructor[speciesSymbol];
    if (found === undefined || found === null) return 'u';
    if (!isConstructor(found)) throw new errors.TypeError('object.constructor[Symbol.species] is not a constructor');
    return encodeClass(found);
  }

  const operations = {
    __proto__: null,
    get: (value, key) => encode(value[key]),
    constructor: value => encodeClass(value.constructor),
    species,
    call: (called, receiver, ...args) => encode(apply(called, receiver, args)),
    new: (constructor, executor) => encode(construct(constructor, [executor])),
    iterate(iterable) {
      const method = iterable[iteratorSymbol];
      if (typeof method !== 'function') throw new errors.TypeError(`${typeof iterable} is not iterable`);
      const iterator = apply(method, iterable, []);
      if (!isObject(iterator)) throw new errors.TypeError('Result of the Symbol.iterator method is not an object');
      return encode({ __proto__: null, iterator, next: iterator.next });
    },
    step({ iterator, next }) {
      const result = apply(next, iterator, []);
      if (!isObject(result)) throw new errors.TypeError('Iterator result is not an object');
      return result.done ? '' : encode(result.value);
    },
    close({ iterator }) {
      const method = iterator.return;
      if (method !== undefined && method !== null) apply(method, iterator, []);
      return 'u';
    },
  };

  return (operation, args) => {
    try {
      return stringify(`0${apply(operations[operation], undefined, decodeAll(parse(args)))}`);
    } catch (error) {
      return stringify(`1${encode(error)}`);
    }
  };
})
