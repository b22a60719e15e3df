// A thenable that calls both callbacks, or one of them twice: the first call counts.
class Both {
  then(resolve, reject) {
    resolve('first');
    reject('second');
  }
}
class BothTheOtherWay {
  then(resolve, reject) {
    reject('rejected first');
    resolve('second');
  }
}
class Twice {
  then(resolve) {
    resolve('once');
    resolve('twice');
  }
}
class Never {
  then() {
    console.log('then is called and answers never');
  }
}
async function main() {
  console.log(await new Both());
  try {
    await new BothTheOtherWay();
  } catch (e) {
    console.log(e);
  }
  console.log(await Promise.resolve(new Twice()));
  await new Never();
  console.log('never');
}
main();
