"""Turns without personal data that look as if they had some: bare counts, years, amounts and sizes, makes and models,
dishes, greetings and chat shorthand. Written from what support is asked about; a model that never met them takes each
bare number for a code and each unknown word for a name.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import Final

from pipeline.event.conversation_event import Role
from pipeline.training.examples import Example

_GREETINGS: Final = (
    "hi,hii,hiii,hello,helo,hallo,hullo,hey,heyy,heya,hiya,hai,hay,hy,yo,sup,howdy,greetings,hlo,hlw,namaste,hola,salut,"
    "aloha,salaam,ciao,good morning,good mrng,gm,gud morning,morning,mornin,gd mrng,good afternoon,gud afternoon,"
    "good evening,gud evng,good eve,evening,good day,good night,gn,hi there,hey there,hello there,hi team,hello sir,"
    "hi sir,hello mam,hi maam,dear sir,dear team,dear support,hello everyone,hi all,hello again,hi again,anyone there,"
    "are you there,r u there,you there,u there,hello anybody,is anyone there"
).split(",")
_COURTESY: Final = (
    "ok,okk,okay,okey,oki,k,kk,okie,okie dokie,alright,all right,alrite,sure,shure,yes,yess,yeah,yea,yep,yup,ya,yah,yus,"
    "no,noo,nope,nah,na,not yet,maybe,perhaps,thanks,thanx,thx,tnx,tks,thankyou,thank you,thank u,thank yu,ty,tysm,tq,"
    "thnks,thank you so much,thanks a lot,many thanks,cheers,much appreciated,appreciate it,great,gr8,grt,perfect,awesome,"
    "nice,cool,fine,gud,good,superb,excellent,wonderful,lovely,brilliant,amazing,bye,byee,bye bye,tc,take care,see ya,"
    "cya,later,welcome,wlcm,you too,u too,same to you,have a nice day,have a gud day,hav a nice day,gtg,brb,lol,lmao,haha,"
    "hahaha,hehe,hmm,hmmm,umm,uh,oh,ohh,ah,aha,oops,wow,omg,idk,dunno,nvm,np,no prob,no problem,no worries,nw,asap,"
    "pls,plz,please,plss,sorry,sry,srry,my bad,one sec,1 sec,one min,one moment,wait,wait a min,hold on,hang on,w8,done,"
    "got it,i see,i c,understood,correct,right,exactly,absolutely,of course,ofc,obviously,that's it,thats it,thats all,"
    "that is all,nothing else,nothing,nothing more,nope thats all,no thanks,no thank you,not now,wht,wat,what,why,y,how,"
    "when,r u sure,u sure,can u help me,can you help,need help,help,help me,hurry up,any update,any news,still waiting,"
    "im waiting,i am waiting,are you a bot,r u human,talk to a human,agent please,go ahead,carry on,pls check,please check,"
    "let me check,checking,fyi,btw,imo,tbh,ikr,smh,ngl,fr,bro,dude,mate,buddy,dear,sir,madam,maam,mam,boss"
).split(",")
_MAKES: Final = {
    "toyota": "corolla camry yaris prius hilux rav4 avalon sienna highlander tundra",
    "ford": "focus fiesta mustang escape explorer f150 ranger mondeo kuga edge",
    "honda": "civic accord jazz cr-v pilot odyssey fit hr-v",
    "nissan": "qashqai micra altima rogue leaf juke sentra pathfinder navara",
    "hyundai": "elantra tucson kona accent i10 i20 i30 sonata creta",
    "kia": "sportage picanto ceed sorento rio soul optima telluride",
    "volkswagen": "golf polo passat tiguan jetta beetle touran",
    "bmw": "x1 x3 x5 m3 i3 320i 3 series 5 series",
    "audi": "a1 a3 a4 a5 a6 q3 q5 q7 tt",
    "mercedes": "c class e class sprinter vito gla glc",
    "renault": "clio megane captur kadjar duster kangoo",
    "peugeot": "208 308 3008 partner boxer",
    "mazda": "cx-5 mx-5 mazda3 cx-30",
    "suzuki": "swift vitara ignis jimny baleno",
    "subaru": "forester outback impreza crosstrek",
    "chevrolet": "malibu silverado tahoe impala cruze spark",
    "jeep": "wrangler cherokee compass renegade",
    "tesla": "model 3 model s model y model x",
    "skoda": "octavia fabia superb kodiaq",
    "seat": "ibiza leon ateca arona",
    "fiat": "500 panda punto tipo",
    "volvo": "xc40 xc60 xc90 v60 s60",
    "yamaha": "r15 mt-07 fz keyboard psr piano",
    "kawasaki": "ninja z650 versys",
    "samsung": "galaxy s21 note 20 tv fridge soundbar buds",
    "apple": "iphone 13 ipad mini macbook air airpods watch",
    "lenovo": "thinkpad yoga ideapad legion",
    "dell": "inspiron latitude xps vostro",
    "hp": "pavilion envy omen laserjet deskjet",
    "sony": "bravia playstation xperia walkman",
    "bosch": "dishwasher drill washing machine oven",
    "canon": "eos powershot pixma",
    "dyson": "v8 v11 airwrap",
    "xiaomi": "redmi note 9 mi 11 poco",
    "nokia": "3310 lumia g20",
    "huawei": "p30 mate 20 router",
    "epson": "ecotank workforce",
    "garmin": "fenix forerunner venu",
    "lego": "technic duplo set",
    "nike": "air max jordan pegasus",
    "adidas": "samba gazelle superstar",
    "ikea": "billy kallax malm poang",
}
_DISHES: Final = (
    "margherita,pepperoni,hawaiian,calzone,lasagna,carbonara,bolognese,alfredo,ravioli,gnocchi,risotto,bruschetta,focaccia,"
    "tiramisu,panna cotta,gelato,sushi,ramen,tempura,teriyaki,gyoza,edamame,miso soup,udon,pad thai,tom yum,green curry,"
    "satay,laksa,pho,banh mi,spring rolls,dim sum,chow mein,kung pao chicken,fried rice,biryani,butter chicken,tikka masala,"
    "korma,vindaloo,samosa,naan,paneer,dosa,idli,raita,lassi,falafel,hummus,shawarma,kebab,tabbouleh,baklava,tzatziki,gyros,"
    "moussaka,paella,tapas,chorizo,churros,burrito,taco,quesadilla,nachos,guacamole,enchilada,salsa,jambalaya,gumbo,brisket,"
    "cheeseburger,hamburger,hot dog,fries,onion rings,coleslaw,mac and cheese,chicken wings,nuggets,club sandwich,blt,reuben,"
    "bagel,croissant,waffles,pancakes,omelette,eggs benedict,hash browns,caesar salad,greek salad,cobb salad,waldorf salad,"
    "arugula,rocket,romaine,kale,spinach,basil,oregano,rosemary,thyme,cilantro,parsley,mozzarella,cheddar,feta,gouda,brie,"
    "parmesan,gorgonzola,ricotta,camembert,emmental,halloumi,mayo,ketchup,mustard,aioli,pesto,vinaigrette,tartare,barbecue sauce,"
    "cola,coke,pepsi,sprite,fanta,lemonade,iced tea,espresso,latte,cappuccino,americano,mocha,macchiato,chai,smoothie,milkshake,"
    "brownie,cheesecake,muffin,cookie,donut,sundae,apple pie,creme brulee,sorbet,macaron,jalapenos,olives,mushrooms,anchovies,"
    "bacon,ham,salami,prosciutto,tofu,quinoa,avocado,mango,papaya,guava,lychee,pomegranate"
).split(",")
_UNITS: Final = (
    "gb,mb,tb,kg,g,lbs,oz,km,miles,cm,mm,inch,inches,ft,sqm,ml,litres,l,hours,hrs,mins,minutes,days,weeks,months,years,nights,"
    "people,persons,adults,kids,children,guests,bags,items,pieces,pcs,boxes,rooms,bedrooms,seats,tickets,units,points,stars,"
    "percent,%,dollars,usd,euros,pounds,rupees,rs,inr,bucks,cal,kcal,kwh,mbps,watts,v,w,mg,tablets,pills,am,pm,degrees"
).split(",")
_ASKS: Final = {
    "count": "How many would you like?|How many people?|How many items are in it?|How many days ago was that?|Which size?"
    "|What quantity?|How many nights?|How many seats do you need?|On a scale of 1 to 10, how was it?|Which option, 1 or 2?",
    "year": "What year is the car?|Which model year?|When was it made?|Since what year?|What year did you buy it?",
    "amount": "How much would you like to pay?|How much was the charge?|What amount?|What is your budget?|How much was it?",
    "unit": "How much data do you need?|How big is it?|How long did it take?|How far is it?|What is the weight?",
    "make": "What is the make and model?|Which car is it?|Which device do you have?|Which product is it about?|Which brand?",
    "dish": "What would you like to eat?|Anything to drink with it?|Which toppings?|Which sauce?|Any dessert?",
}
_AROUND: Final = (
    "{}|{}|{}|{}|{} please|yes {}|i want {}|i need {}|just {}|it is {}|its {}|around {}|{} i think|make it {}|ok {}|only {}"
    "|{} thanks|i would like {}|can i get {}|maybe {}|no, {}|and {}|{} pls|I'll take {}|{}, if possible|about {}"
).split("|")


def look_alikes(count: int, randomness: Random) -> Iterator[Example]:
    """Yield so many turns without personal data, of customers as a rule. Effects: draws from the random numbers."""
    for _ in range(count):
        kind = randomness.choice(("greeting", "courtesy", "count", "year", "amount", "unit", "make", "dish", "dish"))
        if kind in ("greeting", "courtesy"):
            yield _said(_chat(randomness, kind), randomness)
            continue
        answer = randomness.choice(_AROUND).format(_ANSWERS[kind](randomness))
        if randomness.random() < 0.1:  # noqa: PLR2004 - the question itself, now and then
            yield Example(randomness.choice(_ASKS[kind].split("|")), (), Role.AGENT)
        yield _said(answer, randomness)


def _said(text: str, randomness: Random) -> Example:
    draw = randomness.random()
    styled = text.capitalize() if draw < 0.25 else text.upper() if draw < 0.28 else text  # noqa: PLR2004 - shares
    role = Role.CUSTOMER if randomness.random() < 0.9 else Role.AGENT  # noqa: PLR2004 - shares
    return Example(styled, (), role)


def _chat(randomness: Random, kind: str) -> str:
    said = randomness.choice(_GREETINGS if kind == "greeting" else _COURTESY)
    draw = randomness.random()
    if draw < 0.15:  # noqa: PLR2004 - drawn out, as people do
        return said + said[-1] * randomness.randint(1, 3)
    if draw < 0.3:  # noqa: PLR2004 - two in one breath
        return f"{said}{randomness.choice((' ', ', ', '. ', '! '))}{randomness.choice(_COURTESY)}"
    return said + randomness.choice(("", "", "", "", ".", "!", "..", "?"))


def _count(randomness: Random) -> str:
    number = randomness.choice((randomness.randint(0, 12), randomness.randint(0, 99)))
    return randomness.choice((str(number), str(number), f"{number} and {randomness.randint(0, 12)}", f"option {number}"))


def _year(randomness: Random) -> str:
    return str(randomness.randint(1985, 2027))


def _amount(randomness: Random) -> str:
    number = randomness.choice((randomness.randint(1, 99) * 5, randomness.randint(1, 90) * 100, randomness.randint(1, 60) * 1_000))
    return randomness.choice((str(number), f"${number}", f"{number} dollars", f"{number:,}", f"{number}.00", f"rs {number}", f"{number} usd"))


def _unit(randomness: Random) -> str:
    number = randomness.choice((randomness.randint(1, 12), randomness.randint(1, 60) * 5))
    space = randomness.choice(("", " "))
    return f"{number}{space}{randomness.choice(_UNITS)}"


def _make(randomness: Random) -> str:
    make = randomness.choice(tuple(_MAKES))
    models = _MAKES[make].split()
    model = randomness.choice(models)
    written = randomness.choice((make, model, f"{make} {model}", f"{make} {model}", f"{_year(randomness)} {make} {model}",
                                 f"{make} {model} {_year(randomness)}", f"the make is {make} and the model is {model}"))  # fmt: skip
    if randomness.random() < 0.15:  # noqa: PLR2004 - models that are letters and digits
        letters = "".join(randomness.choice("abcdefghklmnprstuvwx") for _ in range(randomness.randint(1, 4)))
        written = f"{make} {letters}{randomness.choice(('', ' ', '-'))}{randomness.randint(1, 999)}"
    return written.title() if randomness.random() < 0.3 else written  # noqa: PLR2004 - shares


def _dish(randomness: Random) -> str:
    dishes = randomness.sample(_DISHES, randomness.choice((1, 1, 1, 2, 3, 5)))
    numbered = [f"{randomness.randint(1, 6)} {dish}" if randomness.random() < 0.4 else dish for dish in dishes]  # noqa: PLR2004
    joined = randomness.choice((", ", " and ", " ", " with ")).join(numbered)
    return joined.title() if randomness.random() < 0.15 else joined  # noqa: PLR2004 - shares


_ANSWERS: Final[dict[str, Callable[[Random], str]]] = {
    "count": _count,
    "year": _year,
    "amount": _amount,
    "unit": _unit,
    "make": _make,
    "dish": _dish,
}
