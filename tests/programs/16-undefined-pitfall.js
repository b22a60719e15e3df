const fetchData = () => new Promise((resolve) => setTimeout(() => resolve('data'), 5));
let result;
fetchData().then((res) => (result = res));
console.log(result);
setTimeout(() => console.log(result), 20);
